"""Who is waited for, in which project, since when: the board, the list « À faire », the reminders."""
