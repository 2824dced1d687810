select * from orders;
create table orders (id int primary key, total numeric check (total > 0));
insert into orders values (17, 20);
insert into orders values (17, 21);
insert into orders values (18, -1);
selct 1;
select 1 /
  0;
select foo
from orders
where id = 17;
create function ship(o int) returns int language plpgsql as $$
begin
  raise exception 'order % is not paid', o using hint = 'Charge it first.', detail = 'Total is 20.';
end $$;
select ship(17);
create function settle(o int) returns int language plpgsql as $$ begin return ship(o) + 1; end $$;
select settle(17);
do $$ begin raise exception 'first line
second line'; end $$;
select upper(1, 2);
do $$ begin raise warning 'stock is low'; end $$;
do $$ begin raise log 'a log line with ERROR:  in it'; end $$;
set statement_timeout = 50; select pg_sleep(1); reset statement_timeout;
begin; select nope; select 1; rollback;
select pg_terminate_backend(pg_backend_pid());
