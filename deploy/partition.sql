-- Turns one table of the record into parts by person, for a database that has outgrown one: each part is vacuumed, indexed and
-- kept in memory by itself, and every statement of Selfcare that begins with a person reads one part alone. docs/running.md,
-- "Past one database". Stop Selfcare first, and make a backup. With psql, as the owner of the tables:
--   psql --set ON_ERROR_STOP=1 --command "set selfcare.part = 'entry'" --file deploy/partition.sql --single-transaction selfcare
do $$
declare
  whole text := current_setting('selfcare.part');
  parts constant int := 16;
  before text := whole || '_whole';
  indexes text[];
  leaving text[];    -- foreign keys of the table
  arriving text[];   -- foreign keys of others to it: (table, name, what it says), three each
  pk text;
  one text;
begin
  select array_agg(indexdef order by indexname) into indexes
    from pg_indexes i join pg_class c on c.relname = i.indexname join pg_index x on x.indexrelid = c.oid
    where i.schemaname = current_schema() and i.tablename = whole and not x.indisprimary;
  select conname into pk from pg_constraint where conrelid = whole::regclass and contype = 'p';
  select array_agg(format('alter table %I add constraint %I %s', whole, conname, pg_get_constraintdef(oid)))
    into leaving from pg_constraint where conrelid = whole::regclass and contype = 'f' and confrelid <> conrelid;
  select array_agg(format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)))
    into arriving from pg_constraint where confrelid = whole::regclass and contype = 'f';
  for one in select format('alter table %s drop constraint %I', conrelid::regclass, conname)
    from pg_constraint where confrelid = whole::regclass and contype = 'f'
  loop execute one; end loop;
  execute format('alter table %I rename to %I', whole, before);
  execute format('create table %I (like %I including defaults including constraints including generated) '
    'partition by hash (person_id)', whole, before);
  for n in 0 .. parts - 1 loop
    execute format('create table %I partition of %I for values with (modulus %s, remainder %s)', whole || '_' || n, whole, parts, n);
  end loop;
  execute format('insert into %I select * from %I', whole, before);
  execute format('drop table %I', before);
  execute format('alter table %I add constraint %I primary key (person_id, id)', whole, pk);
  foreach one in array coalesce(indexes, '{}') loop execute one; end loop;
  foreach one in array coalesce(leaving, '{}') || coalesce(arriving, '{}') loop execute one; end loop;
  execute format('analyze %I', whole);
end $$;
