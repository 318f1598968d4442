"""The exceptions of this project, each named for the decision it asks of the caller."""


class ConfigurationError(ValueError):
    """A setting, a site profile or an argument is wrong: nothing may be fetched.

    The message is one line that names the setting or key and its value; it is what a person sees.
    """


class HostPausedError(Exception):
    """A request was not sent, since its host is paused by now: it is to be scheduled again, and was no attempt."""
