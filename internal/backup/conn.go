package backup

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// connect opens one connection.
func connect(ctx context.Context, url string) (*pgx.Conn, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the address of the database cannot be read") // err may hold the password
	}
	cfg.RuntimeParams["application_name"] = "touchstone backup"
	cfg.RuntimeParams["timezone"] = "UTC"
	// A row of a restored database may come before what it refers to, and counting is allowed to take long.
	cfg.RuntimeParams["statement_timeout"] = "0"
	cfg.ConnectTimeout = 15 * time.Second
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, unavailable("connect to database "+cfg.Database, err)
	}
	return conn, nil
}

// closeConn gives a connection up. What is left undone by a failure here the server undoes by itself.
func closeConn(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = conn.Close(ctx) // there is nothing to be done about it
}

func unavailable(doing string, err error) error {
	return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "the database does not answer", Err: fmt.Errorf("%s: %w", doing, err)}
}

// sqlState returns the code of a server's error, or "".
func sqlState(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code
	}
	return ""
}

// DatabaseOf returns the name of the database that a URL or a list of key=value words names.
func DatabaseOf(url string) (string, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return "", errors.New("the address of the database cannot be read") // err may hold the password
	}
	return cfg.Database, nil
}

// WithDatabase returns the URL, or the list of key=value words, with another database in it.
func WithDatabase(address, database string) string {
	head, query, isURL := splitURL(address)
	if !isURL {
		return address + " dbname='" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(database) + "'" // the last one holds
	}
	authority, _, _ := strings.Cut(head[strings.Index(head, "://")+3:], "/")
	out := head[:strings.Index(head, "://")+3] + authority + "/" + url.PathEscape(database)
	if kept := without(query, "dbname", "database"); kept != "" {
		out += "?" + kept
	}
	return out
}

// splitURL cuts an address in URL form at its question mark. It is not done by net/url, which refuses several hosts.
func splitURL(address string) (head, query string, isURL bool) {
	if !strings.HasPrefix(address, "postgres://") && !strings.HasPrefix(address, "postgresql://") {
		return "", "", false
	}
	head, query, _ = strings.Cut(address, "?")
	return head, query, true
}

// without returns a query string without some of its parameters.
func without(query string, names ...string) string {
	var kept []string
	for part := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(part, "=")
		if part != "" && !slices.Contains(names, name) {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "&")
}

// libpqVariables are the parameters of an address that PostgreSQL's own programs take, and the environment variable of
// each. Others are pgx's, and mean nothing to them.
var libpqVariables = map[string]string{
	"host": "PGHOST", "hostaddr": "PGHOSTADDR", "port": "PGPORT", "dbname": "PGDATABASE", "database": "PGDATABASE",
	"user": "PGUSER", "password": "PGPASSWORD", "passfile": "PGPASSFILE", "service": "PGSERVICE", "servicefile": "PGSERVICEFILE",
	"options": "PGOPTIONS", "sslmode": "PGSSLMODE", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "sslrootcert": "PGSSLROOTCERT",
	"sslcrl": "PGSSLCRL", "sslcrldir": "PGSSLCRLDIR", "sslsni": "PGSSLSNI", "requirepeer": "PGREQUIREPEER",
	"ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION", "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
	"gssencmode": "PGGSSENCMODE", "krbsrvname": "PGKRBSRVNAME", "connect_timeout": "PGCONNECT_TIMEOUT",
	"target_session_attrs": "PGTARGETSESSIONATTRS", "channel_binding": "PGCHANNELBINDING",
}

// toolEnv returns the whole environment of PostgreSQL's programs, with the address in it: on their command line everybody
// on the machine could read the password. Nothing else of ours is passed on.
func toolEnv(address string, private bool) ([]string, error) {
	params, err := parameters(address)
	if err != nil {
		return nil, err
	}
	env := map[string]string{"PGAPPNAME": "touchstone backup"}
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		if name == "PATH" || name == "HOME" || name == "TMPDIR" || name == "LD_LIBRARY_PATH" || strings.HasPrefix(name, "PG") && !private {
			env[name] = value
		}
	}
	env["LC_ALL"] = "C" // we read what they say
	for name, value := range params {
		if variable, known := libpqVariables[name]; known {
			env[variable] = value
		}
	}
	var out []string
	for name, value := range env {
		out = append(out, name+"="+value)
	}
	slices.Sort(out)
	return out, nil
}

// withOptions adds settings of the session to an environment.
func withOptions(env []string, options string) []string {
	if options == "" {
		return env
	}
	for i, pair := range env {
		if strings.HasPrefix(pair, "PGOPTIONS=") {
			env[i] = pair + " " + options
			return env
		}
	}
	return append(env, "PGOPTIONS="+options)
}

// parameters reads an address in either form into libpq's parameters.
func parameters(address string) (map[string]string, error) {
	head, query, isURL := splitURL(address)
	if !isURL {
		return words(address)
	}
	out := map[string]string{}
	rest := head[strings.Index(head, "://")+3:]
	authority, database, _ := strings.Cut(rest, "/")
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		user, password, found := strings.Cut(authority[:at], ":")
		out["user"] = user
		if found {
			out["password"] = password
		}
		authority = authority[at+1:]
	}
	var hosts, ports []string
	for host := range strings.SplitSeq(authority, ",") {
		name, port := host, ""
		if colon := strings.LastIndex(host, ":"); colon > strings.LastIndex(host, "]") {
			name, port = host[:colon], host[colon+1:]
		}
		hosts, ports = append(hosts, strings.Trim(name, "[]")), append(ports, port)
	}
	out["host"], out["port"], out["dbname"] = strings.Join(hosts, ","), strings.Join(ports, ","), database
	for part := range strings.SplitSeq(query, "&") {
		if name, value, found := strings.Cut(part, "="); found {
			out[name] = value
		}
	}
	for name, value := range out {
		plain, err := url.PathUnescape(value) // unlike QueryUnescape it leaves "+" alone, as libpq does
		if err != nil {
			return nil, errors.New("the address of the database has a wrong % escape in it")
		}
		if out[name] = plain; strings.Trim(plain, ",") == "" {
			delete(out, name)
		}
	}
	return out, nil
}

// words reads libpq's other form: host=h password='with \' and spaces'.
func words(text string) (map[string]string, error) {
	out := map[string]string{}
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		name, rest, found := strings.Cut(text, "=")
		if !found {
			return nil, errors.New("the address of the database is no list of key=value")
		}
		rest = strings.TrimLeft(rest, " \t\n")
		quoted := strings.HasPrefix(rest, "'")
		if quoted {
			rest = rest[1:]
		}
		var value strings.Builder
		i := 0
		for ; i < len(rest); i++ {
			c := rest[i]
			if c == '\\' && i+1 < len(rest) {
				i++
				value.WriteByte(rest[i])
				continue
			}
			if quoted && c == '\'' || !quoted && strings.IndexByte(" \t\n", c) >= 0 {
				break
			}
			value.WriteByte(c)
		}
		if quoted && i == len(rest) {
			return nil, errors.New("the address of the database lacks a closing quotation mark")
		}
		out[strings.TrimSpace(name)] = value.String()
		text = rest[min(i+1, len(rest)):]
	}
	return out, nil
}
