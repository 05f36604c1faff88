"""The websocket API's only function."""
