"""Real PostgreSQL and Redis servers for tests, on free ports of the loopback; import `fixtures` in a conftest."""
