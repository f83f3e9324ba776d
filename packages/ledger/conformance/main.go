// An independent reader of a hocba log: golang.org/x/mod/sumdb/{note,tlog} only, no code of ours.
//
//	apt-get install -y golang-go golang-golang-x-mod-dev
//	GO111MODULE=off GOPATH=/usr/share/gocode go run packages/ledger/conformance/main.go LOG_DIR VKEY [PROOF_FILE LEAF_FILE]
//
// It opens the checkpoint with the vkey, recomputes the root from the entry bundles, compares every hash tile, proves sampled leaves
// by tiles through tlog's own TileHashReader, and checks a proof file if one is given. It exits 0 only when all of that agrees.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		os.Exit(1)
	}
}

func check(ok bool, format string, args ...interface{}) {
	if !ok {
		must(fmt.Errorf(format, args...))
	}
}

// tilePath is c2sp.org/tlog-tiles: sumdb's path "tile/8/L/N" without the height, "data" called "entries".
func tilePath(t tlog.Tile) string {
	p := strings.TrimPrefix(t.Path(), "tile/8/")
	if strings.HasPrefix(p, "data/") {
		p = "entries/" + strings.TrimPrefix(p, "data/")
	}
	return "tile/" + p
}

type tileReader struct{ dir string }

func (r tileReader) Height() int { return 8 }
func (r tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		data, err := os.ReadFile(filepath.Join(r.dir, tilePath(t)))
		if err != nil && t.W < 256 {
			full := t
			full.W = 256
			data, err = os.ReadFile(filepath.Join(r.dir, tilePath(full)))
			if err == nil {
				data = data[:t.W*tlog.HashSize]
			}
		}
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}
func (r tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

func openCheckpoint(data []byte, vkey string) (origin string, size int64, root tlog.Hash) {
	verifier, err := note.NewVerifier(vkey)
	must(err)
	n, err := note.Open(data, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(n.Text, "\n")
	check(len(lines) == 4 && lines[3] == "", "checkpoint has %d lines", len(lines)-1)
	check(lines[0] == verifier.Name(), "origin %q signed by %q", lines[0], verifier.Name())
	size, err = strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err = tlog.ParseHash(lines[2])
	must(err)
	return lines[0], size, root
}

func main() {
	check(len(os.Args) == 3 || len(os.Args) == 5, "usage: LOG_DIR VKEY [PROOF_FILE LEAF_FILE]")
	dir, vkey := os.Args[1], os.Args[2]
	data, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	must(err)
	origin, size, root := openCheckpoint(data, vkey)

	// Every entry, hashed into a tree by tlog's own StoredHashes.
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = stored[x]
		}
		return out, nil
	})
	var leaves [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := 256
		if size-n*256 < 256 {
			width = int(size - n*256)
		}
		bundle, err := os.ReadFile(filepath.Join(dir, tilePath(tlog.Tile{H: 8, L: -1, N: n, W: width})))
		must(err)
		for i := 0; i < width; i++ {
			length := int(binary.BigEndian.Uint16(bundle))
			entry := bundle[2 : 2+length]
			bundle = bundle[2+length:]
			hashes, err := tlog.StoredHashes(int64(len(leaves)), entry, reader)
			must(err)
			stored = append(stored, hashes...)
			leaves = append(leaves, entry)
		}
		check(len(bundle) == 0, "bundle %d has trailing bytes", n)
	}
	recomputed, err := tlog.TreeHash(size, reader)
	must(err)
	check(recomputed == root, "root from entries %v, signed %v", recomputed, root)

	// Every hash tile that this size needs, byte by byte.
	tiles := 0
	for _, t := range tlog.NewTiles(8, 0, size) {
		// NewTiles lists the partial tiles of smaller sizes too, which a log may have deleted.
		if left := size>>(8*t.L) - t.N*256; t.W < 256 && int64(t.W) != left {
			continue
		}
		tiles++
		want, err := tlog.ReadTileData(t, reader)
		must(err)
		have, err := os.ReadFile(filepath.Join(dir, tilePath(t)))
		must(err)
		check(bytes.Equal(want, have), "tile %s differs", tilePath(t))
	}

	// Proofs from the tiles alone, authenticated by tlog on the way.
	byTiles := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, tileReader{dir})
	proofs := 0
	for index := int64(0); index < size; index += size/97 + 1 {
		proof, err := tlog.ProveRecord(size, index, byTiles)
		must(err)
		must(tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(leaves[index])))
		proofs++
		if index > 0 {
			old, err := tlog.TreeHash(index, byTiles)
			must(err)
			consistency, err := tlog.ProveTree(size, index, byTiles)
			must(err)
			must(tlog.CheckTree(consistency, size, root, index, old))
		}
	}
	fmt.Printf("%s: %d leaves, root %v, %d tiles, %d inclusion and consistency proofs: all agree\n", origin, size, root, tiles, proofs)
	if len(os.Args) == 5 {
		checkProofFile(vkey, os.Args[3], os.Args[4])
	}
}

func checkProofFile(vkey, proofPath, leafPath string) {
	data, err := os.ReadFile(proofPath)
	must(err)
	leaf, err := os.ReadFile(leafPath)
	must(err)
	end := bytes.Index(data, []byte("\n\n"))
	check(end > 0, "no checkpoint in the proof file")
	_, size, root := openCheckpoint(data[end+2:], vkey)
	lines := strings.Split(string(data[:end]), "\n")
	check(lines[0] == "c2sp.org/tlog-proof@v1", "header %q", lines[0])
	lines = lines[1:]
	if strings.HasPrefix(lines[0], "extra ") {
		lines = lines[1:]
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	must(err)
	var proof tlog.RecordProof
	for _, line := range lines[1:] {
		hash, err := base64.StdEncoding.DecodeString(line)
		must(err)
		var h tlog.Hash
		check(copy(h[:], hash) == tlog.HashSize, "hash length")
		proof = append(proof, h)
	}
	must(tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(leaf)))
	fmt.Printf("proof file: leaf %d of %d is included\n", index, size)
}
