package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/url"

	_ "modernc.org/sqlite" // the driver, without C
)

// sqlite is a store in a file.
type sqlite struct{ db *sql.DB }

const schema = `CREATE TABLE IF NOT EXISTS notes (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	version INTEGER NOT NULL,
	title   TEXT NOT NULL,
	text    TEXT NOT NULL,
	tags    TEXT NOT NULL -- an array in JSON
)`

// columns are read by scan, in this order.
const columns = `id, version, title, text, tags`

func openSQLite(ctx context.Context, path string) (*sqlite, error) {
	name := url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &sqlite{db}, nil
}

func (s *sqlite) list(ctx context.Context, tags []string, after int64, limit int) (found []note, err error) {
	rows, err := s.db.QueryContext(ctx, `SELECT `+columns+` FROM notes WHERE id > ? AND NOT EXISTS (
		SELECT 1 FROM json_each(?) AS wanted WHERE wanted.value NOT IN (SELECT value FROM json_each(notes.tags))
	) ORDER BY id LIMIT ?`, after, encode(tags), limit)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	found = []note{}
	for rows.Next() {
		n, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, n)
	}
	return found, rows.Err()
}

func (s *sqlite) get(ctx context.Context, id int64) (note, error) {
	n, err := scan(s.db.QueryRowContext(ctx, `SELECT `+columns+` FROM notes WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return note{}, errNotFound
	}
	return n, err
}

func (s *sqlite) add(ctx context.Context, in input) (note, error) {
	return scan(s.db.QueryRowContext(ctx, `INSERT INTO notes (version, title, text, tags) VALUES (1, ?, ?, ?) RETURNING `+columns,
		in.Title, in.Text, encode(in.Tags)))
}

func (s *sqlite) replace(ctx context.Context, id, version int64, in input) (note, error) {
	n, err := scan(s.db.QueryRowContext(ctx, `UPDATE notes SET version = version + 1, title = ?, text = ?, tags = ?
		WHERE id = ? AND version = ? RETURNING `+columns, in.Title, in.Text, encode(in.Tags), id, version))
	if errors.Is(err, sql.ErrNoRows) {
		return note{}, s.why(ctx, id)
	}
	return n, err
}

func (s *sqlite) remove(ctx context.Context, id, version int64) error {
	result, err := s.db.ExecContext(ctx, `DELETE FROM notes WHERE id = ? AND version = ?`, id, version)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return s.why(ctx, id)
}

// why tells why no note had the id and the version.
func (s *sqlite) why(ctx context.Context, id int64) error {
	if _, err := s.get(ctx, id); err != nil {
		return err
	}
	return errChanged
}

// scan reads one row of columns.
func scan(row interface{ Scan(values ...any) error }) (note, error) {
	var n note
	var tags []byte
	if err := row.Scan(&n.ID, &n.version, &n.Title, &n.Text, &tags); err != nil {
		return note{}, err
	}
	return n, json.Unmarshal(tags, &n.Tags)
}

// encode writes tags as JSON, none as an empty array.
func encode(tags []string) string {
	text, err := json.Marshal(append([]string{}, tags...))
	if err != nil {
		panic(err) // strings always have a JSON text
	}
	return string(text)
}
