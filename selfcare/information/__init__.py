"""Good information: pages elsewhere that a team has checked, beside what they are about."""
