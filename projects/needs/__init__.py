"""What a need says: its fields and answers, its taxonomy, CPV and library, two people at one need."""
