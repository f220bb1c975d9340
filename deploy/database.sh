#!/bin/sh
# Run once by PostgreSQL's image, when its volume is empty: the role of Selfcare, which may log in and nothing else, and
# its database. `postgres` loses its password: nobody comes in as superuser over the network.
set -eu
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv password DATABASE_PASSWORD
create role selfcare login nosuperuser nocreatedb nocreaterole password :'password';
create database selfcare owner selfcare;
alter role current_user password null;
SQL
