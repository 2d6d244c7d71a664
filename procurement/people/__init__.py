"""Joining, leaving and rights: who comes in, who goes, who stands in for whom, who opened which file."""
