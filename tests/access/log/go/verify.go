// Command verify has what the access log hands out checked by Go's own libraries for notes and transparency
// logs, golang.org/x/mod/sumdb/note and golang.org/x/mod/sumdb/tlog.
//
// It reads one case per line, as JSON, and answers each with a line: "ok", or what is wrong with it.
// Besides telling the libraries what is asked it splits texts into lines, and no more. It knows nothing of the Python
// that made the cases.
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type request struct {
	Ask string

	Number, Size, Old int64
	Leaf              []byte
	LeafHash          tlog.Hash
	Root, OldRoot     tlog.Hash
	Proof             []tlog.Hash

	Text, Vkey, Name string
	Seed             []byte
	Time             uint64

	Directory string
	Numbers   []int64
}

var answers = map[string]func(request) error{
	"inclusion":   inclusion,
	"consistency": consistency,
	"checkpoint":  checkpoint,
	"proof file":  proofFile,
	"tiles":       tiles,
	"bundles":     bundles,
	"note":        signedNote,
	"cosign":      cosign,
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		fmt.Fprintln(out, strings.ReplaceAll(answer(line), "\n", " "))
	}
}

// reply is what a case that asks for something is answered with.
type reply string

func (r reply) Error() string { return string(r) }

func answer(line []byte) string {
	var asked request
	if err := json.Unmarshal(line, &asked); err != nil {
		return "not understood: " + err.Error()
	}
	ask, known := answers[asked.Ask]
	if !known {
		return "not understood: " + asked.Ask
	}
	if err := ask(asked); err != nil {
		return err.Error()
	}
	return "ok"
}

func inclusion(a request) error {
	return tlog.CheckRecord(a.Proof, a.Size, a.Root, a.Number, a.LeafHash)
}

func consistency(a request) error {
	return tlog.CheckTree(a.Proof, a.Size, a.Root, a.Old, a.OldRoot)
}

// open returns the text of a note that the key signed.
func open(text, vkey string) (string, error) {
	key, err := note.NewVerifier(vkey)
	if err != nil {
		return "", err
	}
	opened, err := note.Open([]byte(text), note.VerifierList(key))
	if err != nil {
		return "", err
	}
	return opened.Text, nil
}

func signedNote(a request) error {
	_, err := open(a.Text, a.Vkey)
	return err
}

// openCheckpoint has Go read the size and the root; its own checkpoints have another first line.
func openCheckpoint(text, vkey, origin string) (tlog.Tree, error) {
	said, err := open(text, vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	if !strings.HasPrefix(said, origin+"\n") {
		return tlog.Tree{}, errors.New("another origin")
	}
	return tlog.ParseTree([]byte("go.sum database tree" + strings.TrimPrefix(said, origin)))
}

func checkpoint(a request) error {
	tree, err := openCheckpoint(a.Text, a.Vkey, a.Name)
	if err == nil && (tree.N != a.Size || tree.Hash != a.Root) {
		return fmt.Errorf("another tree: %d %s", tree.N, tree.Hash)
	}
	return err
}

func proofFile(a request) error {
	parts := strings.SplitN(a.Text, "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("not a proof file")
	}
	if strings.HasPrefix(lines[1], "extra ") {
		lines = lines[1:]
	}
	number, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	tree, err := openCheckpoint(parts[1], a.Vkey, a.Name)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, number, tlog.RecordHash(a.Leaf))
}

// files is a log's address on a disk.
type files string

func (f files) Height() int { return 8 }

func (f files) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, err := f.read(strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, errors.New("a tile of another width")
		}
		all = append(all, data)
	}
	return all, nil
}

func (f files) SaveTiles([]tlog.Tile, [][]byte) {}

func (f files) read(path string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(f), filepath.FromSlash(path)))
}

// tiles has Go check every tile on the way to some leaves, and prove the leaves out of them.
func tiles(a request) error {
	tree := tlog.Tree{N: a.Size, Hash: a.Root}
	reader := tlog.TileHashReader(tree, files(a.Directory))
	if root, err := tlog.TreeHash(a.Size, reader); err != nil || root != a.Root {
		return fmt.Errorf("the tiles have the root %s: %v", root, err)
	}
	for _, number := range a.Numbers {
		proof, err := tlog.ProveRecord(a.Size, number, reader)
		if err != nil {
			return err
		}
		hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, number)})
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, a.Size, a.Root, number, hashes[0]); err != nil {
			return err
		}
	}
	return nil
}

// bundles has Go hash every leaf of a log into a tree of its own.
func bundles(a request) error {
	var hashes []tlog.Hash
	stored := tlog.HashReaderFunc(func(wanted []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range wanted {
			found = append(found, hashes[index])
		}
		return found, nil
	})
	number := int64(0)
	for number < a.Size {
		tile := tlog.Tile{H: 8, L: -1, N: number / 256, W: 256}
		if left := a.Size - number; left < 256 {
			tile.W = int(left)
		}
		data, err := files(a.Directory).read(strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1))
		if err != nil {
			return err
		}
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			added, err := tlog.StoredHashes(number, data[2:2+length], stored)
			if err != nil {
				return err
			}
			hashes = append(hashes, added...)
			data = data[2+length:]
			number++
		}
	}
	if root, err := tlog.TreeHash(a.Size, stored); err != nil || root != a.Root {
		return fmt.Errorf("the leaves have the root %s: %v", root, err)
	}
	return nil
}

// cosign answers with the key of a witness and its signature line. The libraries know
// nothing of cosignatures, so this is the specification of C2SP a second time, with Go's Ed25519.
func cosign(a request) error {
	key := ed25519.NewKeyFromSeed(a.Seed)
	public := append([]byte{0x04}, key.Public().(ed25519.PublicKey)...)
	id := sha256.Sum256(append([]byte(a.Name+"\n"), public...))
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", a.Time, a.Text)
	payload := bytes.NewBuffer(id[:4])
	if err := binary.Write(payload, binary.BigEndian, a.Time); err != nil {
		return err
	}
	payload.Write(ed25519.Sign(key, []byte(message)))
	base := base64.StdEncoding.EncodeToString
	return reply(fmt.Sprintf("%s+%x+%s — %s %s", a.Name, id[:4], base(public), a.Name, base(payload.Bytes())))
}
