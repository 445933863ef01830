"""Open streams end when the server is told to stop; else it would wait for them until it is killed."""

import signal
import socket
import threading

from chassis.streams import end_all


def end_streams_when_told_to_stop() -> None:
    """End all streams at SIGTERM or SIGINT, whoever handles these. Does nothing outside the main thread.

    The server sets handlers of its own later. It leaves alone the descriptor that Python notes every signal on.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    noted, notes = socket.socketpair()
    notes.setblocking(False)
    signal.set_wakeup_fd(notes.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(noted, notes), name="stopping", daemon=True).start()


def _watch(noted: socket.socket, _notes: socket.socket) -> None:
    """The other end is held here, or it would be closed as garbage."""
    while number := noted.recv(1):
        if number[0] in (signal.SIGTERM, signal.SIGINT):
            end_all()
