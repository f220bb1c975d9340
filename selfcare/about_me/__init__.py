"""About me, and ways I want care, in people's own words."""
