"""What a commitment is: parse, dates, agencies, compare, flags, edit, sources. No database, no chat."""
