"""Whether this process serves pages: only then are mails of accounts sent from a thread of its own."""

import threading

served = threading.Event()  # set by wsgi.py
