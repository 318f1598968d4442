"""A Redis server of the test run's own, in a temporary folder."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as NoConnectionError
from redis.retry import Retry

from tests.servers.programs import free_port, program

TIMEOUT = 30.0
_PAUSE = 0.02


class RedisServer:
    """A server at `port` of the loopback, which keeps nothing on the disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="redis-"))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    @property
    def url(self) -> str:
        """What REDIS_URL takes."""
        return f"redis://127.0.0.1:{self.port}/0"

    def client(self) -> Redis:
        """A connection to it."""
        return Redis.from_url(self.url)

    def start(self) -> None:
        """Start it, and wait until it can be used."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        self._process = subprocess.Popen(
            [program("redis-server"), *options, "--appendonly", "no"],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        patient = Retry(
            ConstantBackoff(_PAUSE),
            int(TIMEOUT / _PAUSE),
            supported_errors=(NoConnectionError,),
        )
        with Redis.from_url(self.url, retry=patient) as client:
            client.ping()

    def stop(self) -> None:
        """Stop it; what it held is gone."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(TIMEOUT)
            self._process = None

    def clear(self) -> None:
        """Forget all that it holds."""
        with self.client() as client:
            client.flushall()
