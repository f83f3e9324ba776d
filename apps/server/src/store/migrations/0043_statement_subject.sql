-- A statement is found by what it says right behind its first line: what is held of one school's log among those of a whole
-- province, asked by every school each hour, and where a school's chains stood last.
create index log_statement_by_beginning on log_statement (substring(document from 1 for 300));
