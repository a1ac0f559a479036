"""Footnote: questions to a folder of documents, answered on this machine, every sentence with its source."""
