"""The kinds of documents, one entry each, by the moment of a project in which they serve."""
