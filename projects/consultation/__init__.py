"""The consultation from its facts to what the page shows: dated rows, what is missing, what is waited for."""
