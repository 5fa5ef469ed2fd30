// Log-reader verifies an exported log without any code of ours: checkpoint and
// signed note by golang.org/x/mod/sumdb, cosignature and tile paths written
// from the C2SP specifications alone.
//
//	log-reader DIRECTORY               verifies an exported log
//	log-reader -proof FILE -leaf FILE DIRECTORY
//	                                   checks one tlog-proof with the keys of DIRECTORY
//
// It prints "ok ..." or "fault ..." and exits with 0 or 1.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Width of a full tile, in hashes or entries.
const tileWidth = 256

func main() {
	proof := flag.String("proof", "", "a tlog-proof to check instead of a whole log")
	leaf := flag.String("leaf", "", "the entry that the proof is for")
	flag.Parse()
	var said string
	var err error
	if *proof != "" {
		said, err = checkProof(flag.Arg(0), *proof, *leaf)
	} else {
		said, err = checkLog(flag.Arg(0))
	}
	if err != nil {
		fmt.Printf("fault %v\n", err)
		os.Exit(1)
	}
	fmt.Printf("ok %s\n", said)
}

// A cosigner verifies timestamped cosignatures of C2SP tlog-cosignature,
// signature type 0x04.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newCosigner(vkey string) (*cosigner, error) {
	name, rest, _ := strings.Cut(vkey, "+")
	id, material, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(material)
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != 0x04 {
		return nil, errors.New("peer.vkey: not a cosignature key")
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), raw...))
	if hex.EncodeToString(sum[:4]) != id {
		return nil, errors.New("peer.vkey: wrong key id")
	}
	return &cosigner{name, binary.BigEndian.Uint32(sum[:4]), raw[1:]}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }

func (c *cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(signature), text)
	return ed25519.Verify(c.key, []byte(message), signature[8:])
}

// A checkpoint that holds, and when it was cosigned: 0 for not at all.
type checkpoint struct {
	tree tlog.Tree
	time uint64
}

func readCheckpoint(directory string, signed []byte) (*checkpoint, error) {
	authorKey, err := readKey(directory, "author.vkey")
	if err != nil {
		return nil, err
	}
	author, err := note.NewVerifier(authorKey)
	if err != nil {
		return nil, fmt.Errorf("author.vkey: %v", err)
	}
	peerKey, err := readKey(directory, "peer.vkey")
	if err != nil {
		return nil, err
	}
	peer, err := newCosigner(peerKey)
	if err != nil {
		return nil, err
	}
	opened, err := note.Open(signed, note.VerifierList(author, peer))
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %v", err)
	}
	read := &checkpoint{}
	byAuthor := false
	for _, signature := range opened.Sigs {
		switch {
		case signature.Name == author.Name() && signature.Hash == author.KeyHash():
			byAuthor = true
		case signature.Name == peer.Name() && signature.Hash == peer.KeyHash():
			raw, _ := base64.StdEncoding.DecodeString(signature.Base64)
			read.time = binary.BigEndian.Uint64(raw[4:])
		}
	}
	if !byAuthor {
		return nil, errors.New("checkpoint: not signed by its author")
	}
	if len(opened.UnverifiedSigs) > 0 {
		return nil, errors.New("checkpoint: signed by somebody whose key is not here")
	}
	lines := strings.Split(opened.Text, "\n")
	origin := regexp.MustCompile("^" + regexp.QuoteMeta(author.Name()) + "/[0-9a-f]{32}$")
	if len(lines) != 4 || !origin.MatchString(lines[0]) {
		return nil, errors.New("checkpoint: not three lines, or an origin that is not its author's")
	}
	read.tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || lines[1] != strconv.FormatInt(read.tree.N, 10) || read.tree.N < 0 {
		return nil, errors.New("checkpoint: size")
	}
	if read.tree.Hash, err = tlog.ParseHash(lines[2]); err != nil {
		return nil, fmt.Errorf("checkpoint: %v", err)
	}
	return read, nil
}

func readKey(directory, name string) (string, error) {
	text, err := os.ReadFile(filepath.Join(directory, name))
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(string(text), "\n"), nil
}

// TilePath is the path of a tile of C2SP tlog-tiles; level -1 is "entries".
func tilePath(level int, index, width int64) string {
	name := "entries"
	if level >= 0 {
		name = strconv.Itoa(level)
	}
	path := fmt.Sprintf("%03d", index%1000)
	for index /= 1000; index > 0; index /= 1000 {
		path = fmt.Sprintf("x%03d/%s", index%1000, path)
	}
	if width < tileWidth {
		path += fmt.Sprintf(".p/%d", width)
	}
	return "tile/" + name + "/" + path
}

// Tiles calls visit for each tile of a level that has this many hashes.
func tiles(level int, hashes int64, visit func(path string, first, width int64) error) error {
	for first := int64(0); first < hashes; first += tileWidth {
		width := min64(tileWidth, hashes-first)
		if err := visit(tilePath(level, first/tileWidth, width), first, width); err != nil {
			return err
		}
	}
	return nil
}

func min64(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

// Leaf is one entry, whose canonical spelling is its JSON in this order.
type leaf struct {
	At   string `json:"at"`
	Env  string `json:"env"`
	Inc  int64  `json:"inc"`
	Seq  int64  `json:"seq"`
	Stmt string `json:"stmt"`
	V    int    `json:"v"`
}

func readLeaf(raw []byte, sequence int64) (*leaf, error) {
	read := &leaf{}
	if err := json.Unmarshal(raw, read); err != nil {
		return nil, fmt.Errorf("leaf %d: %v", sequence, err)
	}
	canonical, err := json.Marshal(read)
	if err != nil || !bytes.Equal(canonical, raw) || read.V != 1 || read.Seq != sequence {
		return nil, fmt.Errorf("leaf %d: not the canonical leaf of this place", sequence)
	}
	return read, nil
}

// Stored holds hashes in the order of tlog.StoredHashIndex.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for at, index := range indexes {
		if index >= int64(len(s)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		found[at] = s[index]
	}
	return found, nil
}

func checkLog(directory string) (string, error) {
	signed, err := os.ReadFile(filepath.Join(directory, "checkpoint"))
	if err != nil {
		return "", err
	}
	signedTree, err := readCheckpoint(directory, signed)
	if err != nil {
		return "", err
	}
	size := signedTree.tree.N
	var hashes stored
	var life int64
	err = tiles(-1, size, func(path string, first, width int64) error {
		bundle, err := readBundle(filepath.Join(directory, path), width)
		if err != nil {
			return fmt.Errorf("%s: %v", path, err)
		}
		for at, raw := range bundle {
			sequence := first + int64(at)
			entry, err := readLeaf(raw, sequence)
			if err != nil {
				return err
			}
			if entry.Inc < life {
				return fmt.Errorf("leaf %d: from an earlier life", sequence)
			}
			life = entry.Inc
			if err := checkEnvelope(directory, entry.Env); err != nil {
				return fmt.Errorf("leaf %d: %v", sequence, err)
			}
			more, err := tlog.StoredHashes(sequence, raw, hashes)
			if err != nil {
				return err
			}
			hashes = append(hashes, more...)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	root, err := tlog.TreeHash(size, hashes)
	if err != nil {
		return "", err
	}
	if root != signedTree.tree.Hash {
		return "", fmt.Errorf("entries: root %v, signed is %v", root, signedTree.tree.Hash)
	}
	if err := checkTiles(directory, size, hashes); err != nil {
		return "", err
	}
	return fmt.Sprintf("size=%d root=%x cosigned=%d", size, root[:], signedTree.time), nil
}

func readBundle(path string, width int64) ([][]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var leaves [][]byte
	for len(raw) > 0 {
		if len(raw) < 2 {
			return nil, errors.New("cut")
		}
		end := 2 + int(binary.BigEndian.Uint16(raw))
		if end > len(raw) {
			return nil, errors.New("cut")
		}
		leaves = append(leaves, raw[2:end])
		raw = raw[end:]
	}
	if int64(len(leaves)) != width {
		return nil, fmt.Errorf("%d entries, not %d", len(leaves), width)
	}
	return leaves, nil
}

func checkEnvelope(directory, name string) error {
	if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(name) {
		return errors.New("no hash of an envelope")
	}
	envelope, err := os.ReadFile(filepath.Join(directory, "envelopes", name+".pgp"))
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(envelope); hex.EncodeToString(sum[:]) != name {
		return errors.New("the envelope is another one")
	}
	return nil
}

// CheckTiles compares each hash of each tile with the hash of that subtree.
func checkTiles(directory string, size int64, hashes stored) error {
	for level, count := 0, size; count > 0; level, count = level+1, count/tileWidth {
		err := tiles(level, count, func(path string, first, width int64) error {
			raw, err := os.ReadFile(filepath.Join(directory, path))
			if err != nil {
				return err
			}
			if int64(len(raw)) != width*tlog.HashSize {
				return fmt.Errorf("%s: %d bytes", path, len(raw))
			}
			for at := int64(0); at < width; at++ {
				hash := hashes[tlog.StoredHashIndex(level*8, first+at)]
				if !bytes.Equal(raw[at*tlog.HashSize:(at+1)*tlog.HashSize], hash[:]) {
					return fmt.Errorf("%s: hash %d", path, at)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func checkProof(directory, proofPath, leafPath string) (string, error) {
	raw, err := os.ReadFile(proofPath)
	if err != nil {
		return "", err
	}
	entry, err := os.ReadFile(leafPath)
	if err != nil {
		return "", err
	}
	head, signed, found := strings.Cut(string(raw), "\n\n")
	lines := strings.Split(head, "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return "", errors.New("proof: header")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return "", fmt.Errorf("proof: %v", err)
	}
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return "", fmt.Errorf("proof: %v", err)
		}
		path = append(path, hash)
	}
	signedTree, err := readCheckpoint(directory, []byte(signed))
	if err != nil {
		return "", err
	}
	if err := tlog.CheckRecord(path, signedTree.tree.N, signedTree.tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return "", fmt.Errorf("proof: %v", err)
	}
	return fmt.Sprintf("index=%d size=%d", index, signedTree.tree.N), nil
}
