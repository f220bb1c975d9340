"""Help near by: services from the lists that others keep (Open Referral UK), found, looked at and saved."""
