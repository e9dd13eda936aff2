"""The question language: how people ask for commitments, read as a Query; `reader.parse` is its door."""
