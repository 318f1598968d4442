"""What can go wrong with the demo site itself."""


class DemoError(RuntimeError):
    """The demo site cannot be served; the message is one line that says why."""
