"""What S3 starts when an object arrives."""
