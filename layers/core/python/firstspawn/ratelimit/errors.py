"""What a caller gets who asks too often."""

from firstspawn.errors import TooManyRequests


class RateLimited(TooManyRequests):
    """A window of the route's policy is full. Carries `Retry-After` and the policy's headers."""

    code = "rate_limited"
    title = "Too many requests"
