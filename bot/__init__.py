"""The edge: command line, settings, clock, delivery, one adapter and one renderer per platform."""
