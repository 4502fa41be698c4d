"""The renewal forecast: what the calendar brings, how much work that is, and whether the team can carry it. Rules, section 9."""
