"""Every number that decides who comes first, in one file (docs/discovery.md explains them).

A score is a sum of whole points: what the text is worth, what the server has proved, and the day's
exposure. Nothing can be bought: `isFeatured` is in none of them. The most that proof and exposure
give together (50) is less than one word of a name (60), so they decide among servers that fit the
text alike, and never instead of it.
"""

# --- the text: `clients/search/relevance.py` ----
SAME_NAME = 1000
NAME_BEGINS = 150
# Field -> score of a whole word, of the beginning of a word. The fields a word is in add up.
WORD = {
    "nameTerms": (60, 45),
    "tagTerms": (40, 25),
    "shortTerms": (15, 10),
    "descriptionTerms": (6, 4),
}
MISSPELT = {"nameTerms": 40, "tagTerms": 15}
# The whole name, but for two slips; once more if but for one.
NEAR_NAME = 150

# --- proof: `discovery/ranking.py`, 40 points at most ----
# Hours that were played with a plugin watching: log2, all points from 2^10 hours on.
PLAYTIME, PLAYTIME_DOUBLINGS = 9, 10
# Different people who played so: log2, all points from 2^8 people on.
PLAYERS, PLAYERS_DOUBLINGS = 5, 8
# The Bayesian score of verified reviews: from average (none) to the best mark (all points).
REVIEWS = 9
# Different people who wrote a verified review: log2, all points from 2^6 on.
REVIEWERS, REVIEWERS_DOUBLINGS = 4, 6
# Uptime: none at 90 % and below, all points at 100 %.
UPTIME, UPTIME_FLOOR = 4, 90.0
# New or opened lately: all points for a week, half of them for a month.
FRESH, FRESH_DAYS, HALF_FRESH_DAYS = 2, 7, 30
# Answers pings now.
ONLINE = 3
# Players as a ping reports them: log2 of at most 2^CLAIM_DOUBLINGS. A ping proves nothing, so that
# without a plugin at work the number is worth CLAIM_UNVOUCHED of what it is with one.
CLAIM, CLAIM_DOUBLINGS, CLAIM_UNVOUCHED = 3, 10, 0.34
# Favourites of verified accounts: log10.
FAVORITES, FAVORITES_TENFOLDS = 1, 2

# --- trending: growth within TREND_DAYS, as points ----
TREND_DAYS = 7
TREND_HOUR, TREND_REVIEW, TREND_FAVORITE = 1, 20, 5

# --- fair exposure: one day in EXPOSURE_DAYS for each small or new server ----
EXPOSURE = 10
EXPOSURE_DAYS = 14
# Small: at most so many points of proof. New: listed for at most so many days.
SMALL_PROOF, NEW_DAYS = 12, 30
