package backup

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAddressesAreReadAsLibpqReadsThem(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]map[string]string{
		"postgres://u:p%40w@h:5433/d?sslmode=require&pool_max_conns=9": {"user": "u", "password": "p@w", "host": "h", "port": "5433", "dbname": "d", "sslmode": "require", "pool_max_conns": "9"},
		"postgresql://u@/d?host=%2Frun%2Fa+b":                          {"user": "u", "dbname": "d", "host": "/run/a+b"},
		"postgres://h1:1,[::1]:2,h3/d":                                 {"host": "h1,::1,h3", "port": "1,2,", "dbname": "d"},
		"postgres://u:a:b@c@h/d":                                       {"user": "u", "password": "a:b@c", "host": "h", "dbname": "d"},
		"postgres://h":                                                 {"host": "h"},
		`host=h  password='a\'b c' dbname = 'd'`:                       {"host": "h", "password": "a'b c", "dbname": "d"},
		`user=a\ b password=''`:                                        {"user": "a b", "password": ""},
	} {
		got, err := parameters(address)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", address, err, diff)
		}
	}
	for _, wrong := range []string{"postgres://u:%zz@h/d", "host", "password='open"} {
		if _, err := parameters(wrong); err == nil || strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: got %v, want an error that does not repeat it", wrong, err)
		}
	}
}

func TestAnotherDatabaseOfTheSameServer(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"postgres://u:p@h:1,i:2/d?sslmode=require": "postgres://u:p@h:1,i:2/x%2Fy?sslmode=require",
		"postgres://u@h": "postgres://u@h/x%2Fy",
		"postgresql://u@/d?host=/run&dbname=e&database=f": "postgresql://u@/x%2Fy?host=/run",
		"host=h dbname=d": "host=h dbname=d dbname='x/y'",
		"postgres://touchstone_owner@/touchstone?host=%2Fr": "postgres://touchstone_owner@/x%2Fy?host=%2Fr",
	} {
		got := WithDatabase(address, "x/y")
		if got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
		if name, err := DatabaseOf(got); err != nil || name != "x/y" {
			t.Errorf("%s: got database %q, %v, want x/y", got, name, err)
		}
	}
	if _, err := DatabaseOf("postgres://u:geheim@h:port/d"); err == nil || strings.Contains(err.Error(), "geheim") {
		t.Errorf("got %v, want an error without the password", err)
	}
}

// It sets the environment, so it does not run beside others.
func TestToolsGetTheAddressAndNothingElseOfOurs(t *testing.T) {
	t.Setenv("TOUCHSTONE_SMTP_URL", "smtp://u:geheim@h")
	t.Setenv("PGSSLROOTCERT", "/ca.pem")
	t.Setenv("PGHOST", "elsewhere")
	for private, want := range map[bool]bool{true: false, false: true} {
		env, err := toolEnv("postgres://u:p@h/d", private)
		if err != nil {
			t.Fatal(err)
		}
		text := "\n" + strings.Join(env, "\n") + "\n"
		for _, line := range []string{"PGHOST=h", "PGUSER=u", "PGPASSWORD=p", "PGDATABASE=d", "LC_ALL=C"} {
			if !strings.Contains(text, "\n"+line+"\n") {
				t.Errorf("private %v: %s is missing in %s", private, line, text)
			}
		}
		if got := withOptions([]string{"A=1", "PGOPTIONS=-c a=b"}, "-c c=d"); got[1] != "PGOPTIONS=-c a=b -c c=d" {
			t.Errorf("got %q, want the options beside those of the address", got)
		}
		if strings.Contains(text, "geheim") || strings.Contains(text, "PGSSLROOTCERT") != want {
			t.Errorf("private %v: got %s, want the other server's certificate: %v", private, text, want)
		}
	}
}

func TestProgramsComplaintsAreKept(t *testing.T) {
	t.Parallel()
	var said []string
	c := &complaints{said: func(line string) { said = append(said, line) }}
	for _, part := range []string{"pg_dump: dumping contents\npg_dump: err", "or: no password='x' here\nLINE 1: …\n", "pg_dump: detail: the end"} {
		if n, err := c.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatalf("got %d, %v", n, err)
		}
	}
	c.flush()
	if got, want := c.last(), "pg_dump: error: no password=*** here; LINE 1: …; pg_dump: detail: the end"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(said) != 4 || said[0] != "pg_dump: dumping contents" {
		t.Errorf("got %q, want each line", said)
	}
}
