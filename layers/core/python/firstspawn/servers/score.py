"""The published score of a server: what its reviews are worth together.

    score = (5 x 3.0 + sum of weight x rating) / (5 + sum of weights)

A review by somebody with verified playtime weighs 3, any other 1. Every server starts as if five
plain reviews of 3.0 were there before it, so that one friend's five stars move it a little and a
hundred players' a lot.
"""

PRIOR_WEIGHT = 5
PRIOR_RATING = 3.0
VERIFIED_WEIGHT = 3


def bayesian_score(reviews: int, stars: int, verified_reviews: int, verified_stars: int) -> float:
    """From 1.0 to 5.0, with two decimals; 3.0 without reviews.

    `reviews` and `stars` count all reviews and the sum of their ratings, the verified ones
    included; the others are the verified ones' share.
    """
    extra = VERIFIED_WEIGHT - 1
    weight = PRIOR_WEIGHT + reviews + extra * verified_reviews
    total = PRIOR_WEIGHT * PRIOR_RATING + stars + extra * verified_stars
    return round(total / weight, 2)
