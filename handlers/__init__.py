"""What the bot answers when something happens. Returns Messages; never sends, never commits."""
