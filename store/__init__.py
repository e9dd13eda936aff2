"""What must survive a restart: schema, migrations, search, watches, proposals, outbox. The only place with SQL."""
