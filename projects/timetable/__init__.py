"""Dates: the project's own timetable, as rows and as an agenda, and the windows of contract ends."""
