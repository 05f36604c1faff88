"""What EventBridge starts."""
