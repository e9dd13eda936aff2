"""The project's own doubles of Telegram and Slack, and the people who talk to the bot through them."""
