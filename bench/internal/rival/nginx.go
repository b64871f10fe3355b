package rival

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// nginxFile serves the page as a file.
const nginxFile = `
	server {
		listen ADDRESS;
		root FOLDER;
	}
`

// nginxCache serves it from the cache in front of a server that has it.
const nginxCache = `
	proxy_cache_path FOLDER/cache keys_zone=pages:1m;
	server {
		listen unix:FOLDER/origin;
		root FOLDER;
	}
	server {
		listen ADDRESS;
		location / {
			proxy_pass http://unix:FOLDER/origin;
			proxy_cache pages;
			proxy_cache_valid 200 1h;
		}
	}
`

// nginxFrame keeps all that nginx writes in the folder.
const nginxFrame = `
daemon off;
worker_processes auto;
pid FOLDER/pid;
error_log stderr;
USER
events { worker_connections 1024; }
http {
	access_log off;
	default_type text/html;
	charset utf-8;
	sendfile on;
	tcp_nopush on;
	keepalive_requests 1000000;
	client_body_temp_path FOLDER/body;
	proxy_temp_path FOLDER/proxy;
	fastcgi_temp_path FOLDER/fastcgi;
	uwsgi_temp_path FOLDER/uwsgi;
	scgi_temp_path FOLDER/scgi;
SERVERS
}
`

func nginx(servers string) *External {
	return &External{
		Kinds: []job.Kind{job.Page},
		Version: func() string {
			text, err := exec.CommandContext(context.Background(), "nginx", "-v").CombinedOutput()
			if err != nil {
				return ""
			}
			_, version, _ := strings.Cut(strings.TrimSpace(string(text)), ": ")
			return version
		},
		Command: func(address, folder string) (Command, error) {
			user := ""
			if os.Geteuid() == 0 {
				user = "user root;" // or the workers cannot read the folder
			}
			config := strings.NewReplacer("SERVERS", strings.NewReplacer("ADDRESS", address, "FOLDER", folder).Replace(servers), "FOLDER", folder, "USER", user).
				Replace(nginxFrame)
			file := filepath.Join(folder, "nginx.conf")
			if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
				return Command{}, fmt.Errorf("bench: nginx: %w", err)
			}
			if err := os.WriteFile(filepath.Join(folder, "page"), page, 0o600); err != nil {
				return Command{}, fmt.Errorf("bench: nginx: %w", err)
			}
			return Command{Arguments: []string{"nginx", "-e", "stderr", "-c", file, "-p", folder}, Folder: folder}, nil
		},
	}
}
