"""Electronic signatures of a file that comes back: read in a child process, described, never judged in law."""
