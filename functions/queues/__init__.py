"""Workers of the SQS queues."""
