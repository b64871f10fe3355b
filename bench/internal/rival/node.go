package rival

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"log"
	"net"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// programs are the contenders in JavaScript. Their lock files name versions and
// hashes, and no registry, so that npm takes the one it is set to.
//
//go:embed all:node
var programs embed.FS

// node is a program in one of the folders, started by its file.
func node(name, file string, kinds ...job.Kind) *External {
	return &External{
		Kinds: kinds,
		Version: func() string {
			folder, err := installed(name)
			if err != nil {
				return ""
			}
			return packageVersion(filepath.Join(folder, "node_modules", name, "package.json"))
		},
		Install: func(ctx context.Context, progress *log.Logger) error { return install(ctx, name, progress) },
		Command: func(address, _ string) (Command, error) {
			folder, err := installed(name)
			if err != nil {
				return Command{}, err
			}
			host, port, err := net.SplitHostPort(address)
			if err != nil {
				return Command{}, fmt.Errorf("bench: %w", err)
			}
			command := Command{
				Arguments: []string{"node", file}, Folder: folder,
				Environment: []string{"NODE_ENV=production", "NEXT_TELEMETRY_DISABLED=1", "PORT=" + port},
			}
			if name == "next" {
				command.Arguments = append(command.Arguments, "start", "-H", host, "-p", port)
			}
			return command, nil
		},
	}
}

// packageVersion reads the version from a package.json, "" if there is none.
func packageVersion(file string) string {
	text, err := os.ReadFile(file) //nolint:gosec // in a folder of ours
	if err != nil {
		return ""
	}
	var found struct{ Name, Version string }
	if json.Unmarshal(text, &found) != nil {
		return ""
	}
	return found.Name + " " + found.Version
}

// home is the folder that a program is installed in: in the user's cache, and
// new for every change of its files.
func home(name string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("bench: %w", err)
	}
	sum := sha256.New()
	err = fs.WalkDir(programs, "node/"+name, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := programs.ReadFile(path)
		sum.Write(text)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("bench: %w", err)
	}
	return filepath.Join(cache, "apiroutes-bench", name+"-"+hex.EncodeToString(sum.Sum(nil)[:6])), nil
}

// stamp is written when everything is there.
const stamp = "installed"

func installed(name string) (string, error) {
	folder, err := home(name)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(folder, stamp)); err != nil {
		return "", fmt.Errorf("bench: %s is not installed; run with -node: %w", name, err)
	}
	return folder, nil
}

// install takes a minute or two, the first time.
func install(ctx context.Context, name string, progress *log.Logger) error {
	if _, err := installed(name); err == nil {
		return nil
	}
	folder, err := home(name)
	if err != nil {
		return err
	}
	files, err := fs.Sub(programs, "node/"+name)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if err := os.CopyFS(folder, files); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if err := os.WriteFile(filepath.Join(folder, "page.html"), page, 0o600); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	steps := [][]string{{"npm", "ci", "--no-audit", "--no-fund"}}
	if name == "next" {
		steps = append(steps, []string{"node", "node_modules/next/dist/bin/next", "build"})
	}
	for _, step := range steps {
		progress.Printf("%s: %v", name, step)
		command := exec.CommandContext(ctx, step[0], step[1:]...) //nolint:gosec // the steps above
		command.Dir, command.Env = folder, append(os.Environ(), "NEXT_TELEMETRY_DISABLED=1")
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("bench: %s: %v: %w\n%s", name, step, err, output)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, stamp), nil, 0o600); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}
