"""Interrupts: a request to stop that is handled only where training is in a consistent state."""

import signal
from types import FrameType, TracebackType


class Interrupt:
    """Notes Ctrl-C and SIGTERM inside its `with` block, unless the process ignores them, and is
    True from then on. The block then ends in KeyboardInterrupt. For the main thread only."""

    SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        self.asked = False

    def __bool__(self) -> bool:
        return self.asked

    def __enter__(self) -> "Interrupt":
        # A shell starts what runs in the background with Ctrl-C ignored.
        heard = [n for n in self.SIGNALS if signal.getsignal(n) is not signal.SIG_IGN]
        self.before = {number: signal.signal(number, self._note) for number in heard}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)
        if self.asked and error is None:
            raise KeyboardInterrupt

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
