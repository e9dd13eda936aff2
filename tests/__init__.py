"""Tests: they mirror the four folders; `journeys` runs whole stories over real HTTP and WebSocket."""
