package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"

	_ "modernc.org/sqlite" // the driver, without C
)

// post is a row of the table.
type post struct {
	ID          int64
	Title, Text string
}

var errNoPost = errors.New("there is no such post")

// posts are kept in SQLite.
type posts struct {
	db   *sql.DB
	keep *sql.Conn // for as long as it is open, posts in memory stay
}

const schema = `CREATE TABLE IF NOT EXISTS posts (id INTEGER PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL);
INSERT OR IGNORE INTO posts (id, title, text) VALUES
(1, 'Bread', 'Flour, water, salt, and a night.

It is baked once, and many eat of it. So are pages.'),
(2, 'Two clocks', 'One says when a page was rendered, the other when you came.

The first stands still until somebody tells it that the world has changed.'),
(3, 'Errata', 'Nothing here is wrong yet. Edit it.');`

// openPosts opens a file that instances may share, or a database in memory. A
// new one gets three posts.
func openPosts(ctx context.Context, path string) (*posts, error) {
	name := url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: "_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)"}
	if path == "" {
		name = url.URL{Scheme: "file", Opaque: "/" + rand.Text(), RawQuery: "vfs=memdb&_pragma=busy_timeout(5000)"}
	}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	keep, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	p := &posts{db, keep}
	if _, err := keep.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

func (p *posts) close() error { return errors.Join(p.keep.Close(), p.db.Close()) }

func (p *posts) list(ctx context.Context) (found []post, err error) {
	rows, err := p.db.QueryContext(ctx, `SELECT id, title, text FROM posts ORDER BY id`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one post
		if err := rows.Scan(&one.ID, &one.Title, &one.Text); err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}

func (p *posts) get(ctx context.Context, id int64) (post, error) {
	found := post{ID: id}
	err := p.db.QueryRowContext(ctx, `SELECT title, text FROM posts WHERE id = ?`, id).Scan(&found.Title, &found.Text)
	if errors.Is(err, sql.ErrNoRows) {
		return post{}, errNoPost
	}
	return found, err
}

func (p *posts) replace(ctx context.Context, changed post) error {
	_, err := p.db.ExecContext(ctx, `UPDATE posts SET title = ?, text = ? WHERE id = ?`, changed.Title, changed.Text, changed.ID)
	return err
}
