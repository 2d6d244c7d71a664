"""The software the collective knows: what it reads, where it comes from."""
