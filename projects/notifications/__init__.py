"""One class per message. Importing the package registers what is told at each step."""

from projects.notifications import consultation, funds, leads, likes, moves, orders, reminders

__all__ = ["consultation", "funds", "leads", "likes", "moves", "orders", "reminders"]
