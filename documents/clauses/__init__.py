"""Articles as data: model texts in files, variants chosen by facts, words of a project's own, restricted Markdown."""
