#!/usr/bin/env python3
"""Verifies claims of Orcapool. Written from docs/claim-format.md alone, on Python's standard library; it shares no code
with the pool, so that the two disagreeing shows a mistake in one of them or in that page.

    claim_verifier.py package FILE NETWORK     verdict on a package, as JSON; exit code 1 when it is refused
    claim_verifier.py serve                    a JSON request a line on stdin, a JSON answer a line on stdout
"""
import hashlib
import json
import sys


class Refused(Exception):
    """Something a writer of the format would not have written."""


def need(condition, why):
    if not condition:
        raise Refused(why)


def H(data):
    return hashlib.sha256(data).digest()


def sha256d(data):
    return H(H(data))


def tagged(tag, message):
    t = H(tag.encode("ascii"))
    return H(t + t + message)


def le(value, size):
    return value.to_bytes(size, "little")


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, size):
        need(size <= len(self.data) - self.at, "truncated")
        self.at += size
        return self.data[self.at - size:self.at]

    def uint(self, size):
        return int.from_bytes(self.take(size), "little")

    def compact(self):
        first = self.uint(1)
        if first < 253:
            return first
        size, least = {253: (2, 253), 254: (4, 1 << 16), 255: (8, 1 << 32)}[first]
        value = self.uint(size)
        need(value >= least, "compact size not shortest")
        return value

    def left(self):
        return len(self.data) - self.at

    def end(self):
        need(self.left() == 0, "bytes left over")


# Bits and work

def target_of(bits):
    exponent, mantissa = bits >> 24, bits & 0x7FFFFF
    need(bits & 0x800000 == 0, "negative bits")
    target = mantissa >> 8 * (3 - exponent) if exponent < 3 else mantissa << 8 * (exponent - 3)
    need(0 < target < 1 << 256, "target out of range")
    # GetCompact(target)
    size = (target.bit_length() + 7) // 8
    compact = target << 8 * (3 - size) if size <= 3 else target >> 8 * (size - 3)
    if compact & 0x800000:
        compact >>= 8
        size += 1
    need(compact | size << 24 == bits, "bits not canonical")
    return target


def work_of(bits):
    return (1 << 256) // (target_of(bits) + 1)


LEAST_WORK = {"regtest": 2, "mainnet": 4294, "testnet4": 4294, "signet": 4294}
MOST_WORK = (1 << 96) - 1


# The trie: a node is (hash, sum, count)

EMPTY = (bytes(32), 0, 0)


def checked(node):
    need(node[1] < 1 << 128, "work overflows")
    need(node[2] < 1 << 64, "count overflows")
    return node


def leaf(share_hash, work):
    need(work > 0, "leaf of no work")
    return (H(b"\x00" + share_hash + le(work, 16)), work, 1)


def row(miner_id, count, work, share_root):
    need(work > 0 and count > 0, "row of nothing")
    return (H(b"\x02" + miner_id + le(count, 8) + le(work, 16) + share_root), work, count)


def branch(left, right):
    side = lambda n: n[0] + le(n[1], 16) + le(n[2], 8)
    return checked((H(b"\x01" + side(left) + side(right)), left[1] + right[1], left[2] + right[2]))


def bit(key, depth):
    return key[depth // 8] >> 7 - depth % 8 & 1


def trie(leaves, depth=0):
    """leaves: {key: node}"""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return next(iter(leaves.values()))
    sides = [{k: n for k, n in leaves.items() if bit(k, depth) == b} for b in (0, 1)]
    return branch(trie(sides[0], depth + 1), trie(sides[1], depth + 1))


class Pruned:
    """A pruned trie read at a reader's place: its root node, and how to find keys and leaves."""

    def __init__(self, reader, is_upper):
        self.reader, self.is_upper = reader, is_upper
        self.tree = self.read("")
        self.node = self.tree["node"]

    def read(self, path):
        r = self.reader
        tag = r.uint(1)
        if tag == 0:
            return {"node": EMPTY}
        if tag == 1:
            key = r.take(32)
            if self.is_upper:
                content = (r.uint(8), r.uint(16), r.take(32))
                node = row(key, *content)
            else:
                content = r.uint(16)
                node = leaf(key, content)
            need(all(bit(key, d) == int(b) for d, b in enumerate(path)), "leaf misplaced")
            return {"node": node, "key": key, "content": content}
        if tag == 2:
            node = (r.take(32), r.uint(16), r.uint(8))
            need(node[2] > 0 and node[1] >= node[2], "closed subtree of nothing")
            return {"node": node, "closed": True}
        need(tag == 3, "unknown tag")
        need(len(path) < 256, "branch below the last bit")
        left = self.read(path + "0")
        right = self.read(path + "1")
        node = branch(left["node"], right["node"])
        need(node[2] >= 2, "branch of one")
        return {"node": node, "sides": (left, right)}

    def find(self, key):
        at, depth = self.tree, 0
        while "sides" in at:
            at = at["sides"][bit(key, depth)]
            depth += 1
        need("closed" not in at, "path closed")
        return at["content"] if at.get("key") == key else None

    def leaves(self):
        """(offset, work, key) in order"""
        found = []

        def visit(at, offset):
            if "key" in at:
                found.append((offset, at["node"][1], at["key"]))
            elif "sides" in at:
                visit(at["sides"][0], offset)
                visit(at["sides"][1], offset + at["sides"][0]["node"][1])

        visit(self.tree, 0)
        return found


# The claim

CLAIM_PARTS = (("format", 1), ("tier", 1), ("task", 32), ("nodekey", 32), ("round", 8), ("reserve_hash", 32), ("seed", 32),
               ("total", 16), ("count", 8), ("miners", 4), ("top", 32), ("tables_hash", 32))


def claim_bytes(claim):
    return b"".join(claim[name] if size == 32 else le(claim[name], size) for name, size in CLAIM_PARTS)


def claim_root(claim):
    return H(b"\x03" + claim_bytes(claim))


# Archives

CIDS = {"dag-cbor": bytes.fromhex("01711220"), "raw": bytes.fromhex("01551220")}


def leb128(reader):
    value = 0
    for i in range(4):
        byte = reader.uint(1)
        value |= (byte & 0x7F) << 7 * i
        if byte < 0x80:
            need(byte > 0 or i == 0, "LEB128 not shortest")
            return value
    raise Refused("LEB128 of more than 4 bytes")


def read_cid(cid):
    need(len(cid) == 36 and cid[:4] in CIDS.values(), "unknown kind of CID")
    return cid


def archive(data):
    """[(cid, block)] of a CARv1; the first is the root."""
    r = Reader(data)
    need(r.take(14) == bytes.fromhex("3aa265") + b"roots" + bytes.fromhex("81d82a582500"), "CAR header")
    root = read_cid(r.take(36))
    need(r.take(9) == b"\x67version\x01", "CAR header")
    blocks = []
    while r.left():
        length = leb128(r)
        need(36 <= length <= 36 + (1 << 20), "section size")
        section = Reader(r.take(length))
        cid = read_cid(section.take(36))
        block = section.take(section.left())
        need(H(block) == cid[4:], "block is not its CID's")
        blocks.append((cid, block))
    need(blocks and blocks[0][0] == root, "root is not the first block")
    return blocks


class Link(bytes):
    """The 36 bytes of a CID, told from other bytes."""


def dag_cbor(block):
    r = Reader(block)

    def head():
        first = int.from_bytes(r.take(1), "big")
        major, low = first >> 5, first & 31
        if low < 24:
            return major, low
        need(low < 28, "indefinite length")
        value = int.from_bytes(r.take(1 << low - 24), "big")
        need(value >= (24, 1 << 8, 1 << 16, 1 << 32)[low - 24], "head not shortest")
        return major, value

    def value(depth):
        need(depth <= 4, "nested too deep")
        if r.left() and r.data[r.at] == 0xF6:
            r.take(1)
            return None
        major, n = head()
        if major == 0:
            return n
        if major == 2:
            return r.take(n)
        if major == 4:
            need(n <= r.left(), "array longer than block")
            return [value(depth + 1) for _ in range(n)]
        if major == 5:
            need(n <= r.left(), "map longer than block")
            result, last = {}, (0, b"")
            for _ in range(n):
                major, length = head()
                need(major == 3 and 1 <= length <= 16, "map key is no short text")
                name = r.take(length)
                need(all(97 <= c <= 122 for c in name), "map key has other letters")
                need((length, name) > last, "map keys do not ascend")
                last = (length, name)
                result[name.decode()] = value(depth + 1)
            return result
        need(major == 6 and n == 42 and head() == (2, 37) and r.take(1) == b"\x00", "not a link")
        return Link(read_cid(r.take(36)))

    result = value(0)
    r.end()
    return result


def fields(value, names):
    need(isinstance(value, dict) and set(value) == set(names), "not a map of exactly " + ", ".join(names))
    return value


def is_bytes(value, size):
    need(type(value) is bytes and (size is None or len(value) == size), "not bytes of the length")
    return value


def is_int(value):
    need(type(value) is int, "not an integer")
    return value


def is_links(value):
    need(isinstance(value, list) and len(value) <= 128, "not a list of chunks")
    for link in value:
        need(isinstance(link, Link) and link[:4] == CIDS["raw"], "not a link to a raw block")
    return value


def stream(chunks):
    for i, chunk in enumerate(chunks):
        need(len(chunk) == 262144 if i + 1 < len(chunks) else 0 < len(chunk) <= 262144, "chunk size")
    return b"".join(chunks)


def in_order(blocks, links):
    """The blocks behind those read already, which must be exactly the linked ones."""
    need([cid for cid, _ in blocks] == [bytes(link) for link in links], "blocks are not the linked ones in order")
    need(len(set(links)) == len(links), "a block linked twice")
    return [block for _, block in blocks]


def rows(data, most):
    r, result = Reader(data), []
    while r.left():
        need(len(result) < most, "too many rows")
        length = r.compact()
        need(length <= 4096, "row too long")
        result.append(r.take(length))
    return result


def ascending(keys):
    need(all(a < b for a, b in zip(keys, keys[1:])), "rows do not ascend")


def all_used(references, length):
    need(set(references) == set(range(length)), "a row unused, or a reference to none")


# Packages

TABLES = ("templates", "shapes", "signatures", "jobs", "miners")
MOST_ROWS = {"templates": 32768, "shapes": 32768, "signatures": 65536, "jobs": 32768, "miners": 65536}
HEADER = ("format", "tier", "task", "nodekey", "seed", "top", "round", "count", "miners", "total", "reserve", "tables", "records",
          "receipts")


def read_template(data):
    r = Reader(data)
    prevhash, nbits, version, height = r.take(32), r.take(4), r.uint(4), r.uint(4)
    hashes = [r.take(32) for _ in range(min(r.compact(), 1 + r.left() // 32))]
    r.end()
    need(len(hashes) * 32 + 44 + (1 if len(hashes) < 253 else 3) == len(data), "template row")
    return {"prevhash": prevhash, "nbits": nbits, "version": version, "height": height, "branch": hashes}


def read_shape(data):
    r = Reader(data)
    need(r.uint(1) == 0, "shape kind")
    head, middle, tail = (r.take(r.compact()) for _ in range(3))
    r.end()
    need(len(head) <= 100, "script head too long")
    return head, middle, tail


def read_miner(data):
    r = Reader(data)
    count, work, share_root, kind = r.uint(8), r.uint(16), r.take(32), r.uint(1)
    payout = r.take(r.compact())
    r.end()
    need(kind in (0, 1) and 1 <= len(payout) <= 100, "payout")
    need(kind == 0 or len(payout) == 32, "key length")
    return {"id": tagged("orcapool/miner/1", bytes([kind]) + payout), "count": count, "work": work, "root": share_root}


class Package:
    """Everything but the shares, checked."""

    def __init__(self, data, network):
        self.network = network
        blocks = archive(data)
        self.cid = blocks[0][0]
        need(self.cid[:4] == CIDS["dag-cbor"], "header codec")
        header = dag_cbor(blocks[0][1])
        has_beside = isinstance(header, dict) and "beside" in header
        header = fields(header, HEADER + ("beside",) if has_beside else HEADER)
        need(is_int(header["format"]) == 1, "format")
        for name in ("task", "nodekey", "seed", "top"):
            is_bytes(header[name], 32)
        count, miners = is_int(header["count"]), is_int(header["miners"])
        need(1 <= miners <= count and miners < 1 << 32, "count and miners")
        tier = 0 if count <= 16384 else 1
        need(is_int(header["tier"]) == tier, "tier")
        need(1 <= len(is_bytes(header["reserve"], None)) <= 100, "reserve")
        need(isinstance(header["tables"], Link) and header["tables"][:4] == CIDS["dag-cbor"], "tables")
        is_links(header["records"])
        need(tier == 0 or header["records"] == [], "records in the sampled tier")
        if header["receipts"] is not None:
            receipts = fields(header["receipts"], ("key", "from", "signature"))
            is_bytes(receipts["key"], 32), is_int(receipts["from"]), is_bytes(receipts["signature"], 64)
        beside = header["beside"] if has_beside else None
        need(beside is None or (isinstance(beside, list) and 1 <= len(beside) <= 16), "headers beside")
        self.beside = [sha256d(is_bytes(block_header, 80)) for block_header in beside or []]
        ascending(self.beside)
        need(len(blocks) > 1 and blocks[1][0] == header["tables"], "tables missing")
        links = fields(dag_cbor(blocks[1][1]), TABLES)
        chunk_links = [link for name in TABLES for link in is_links(links[name])] + header["records"]
        need(len(chunk_links) <= 128, "too many chunks")
        chunks = in_order(blocks[2:], chunk_links)
        streams = {}
        for name, these in [(name, links[name]) for name in TABLES] + [("records", header["records"])]:
            streams[name], chunks = stream(chunks[:len(these)]), chunks[len(these):]
        self.claim = dict(format=1, tier=tier, task=header["task"], nodekey=header["nodekey"], round=is_int(header["round"]),
                          reserve_hash=H(header["reserve"]), seed=header["seed"],
                          total=int.from_bytes(is_bytes(header["total"], 16), "little"), count=count, miners=miners,
                          top=header["top"], tables_hash=H(blocks[1][1]))
        self.root = claim_root(self.claim)
        self.read_tables(streams)
        standing = {template["prevhash"] for template in self.templates}
        need(all(block in standing for block in self.beside), "a header beside that nothing stands on")
        if tier == 0:
            need(len(streams["records"]) == 40 * count, "length of records")
            self.recount(streams["records"])

    def read_tables(self, streams):
        encoded = {name: rows(streams[name], min(MOST_ROWS[name], self.claim["count"])) for name in TABLES}
        for name in ("templates", "shapes", "signatures"):
            ascending(encoded[name])
        self.templates = [read_template(row) for row in encoded["templates"]]
        self.shapes = [read_shape(row) for row in encoded["shapes"]]
        self.signatures = encoded["signatures"]
        need(all(len(signature) <= 20 for signature in self.signatures), "signature length")
        need(all(len(job) == 8 for job in encoded["jobs"]), "job row")
        self.jobs = [tuple(int.from_bytes(part, "little") for part in (job[:4], job[4:])) for job in encoded["jobs"]]
        ascending(self.jobs)
        all_used([template for template, _ in self.jobs], len(self.templates))
        all_used([shape for _, shape in self.jobs], len(self.shapes))
        self.miners = [read_miner(row) for row in encoded["miners"]]
        ascending([miner["id"] for miner in self.miners])
        top = trie({m["id"]: row(m["id"], m["count"], m["work"], m["root"]) for m in self.miners})
        claim = self.claim
        need(top == (claim["top"], claim["total"], claim["count"]) and len(self.miners) == claim["miners"], "sums of miners")

    def share(self, record):
        """(miner, hash, work, job, signature) of a record; refused when it is no share."""
        r = Reader(record)
        job, miner, bits, signature = (r.uint(4) for _ in range(4))
        extranonce, time, nonce, version = r.take(12), r.take(4), r.take(4), r.uint(4)
        need(job < len(self.jobs) and miner < len(self.miners) and signature < len(self.signatures), "record's rows")
        target, work = target_of(bits), work_of(bits)
        need(LEAST_WORK[self.network] <= work <= MOST_WORK, "work out of bounds")
        template, (head, middle, tail) = self.templates[self.jobs[job][0]], self.shapes[self.jobs[job][1]]
        need((version ^ template["version"]) & ~0x1FFFE000 == 0, "version")
        claim = self.claim
        commitment = tagged("orcapool/share/1", claim["task"] + claim["nodekey"] + le(claim["round"], 8) + self.miners[miner]["id"]
                            + le(bits, 4) + claim["reserve_hash"] + claim["seed"])
        said = self.signatures[signature]
        script = head + (bytes([len(said)]) + said if said else b"") + b"\x0c" + extranonce
        coinbase = (bytes.fromhex("0200000001") + bytes(32) + b"\xff" * 4 + bytes([len(script)]) + script
                    + middle + commitment + tail)
        merkle = sha256d(coinbase)
        for sibling in template["branch"]:
            merkle = sha256d(merkle + sibling)
        hashed = sha256d(le(version, 4) + template["prevhash"] + merkle + time + template["nbits"] + nonce)
        need(int.from_bytes(hashed, "little") <= target, "hash does not meet bits")
        return miner, hashed, work, job, signature

    def recount(self, records):
        shares = [self.share(records[at:at + 40]) for at in range(0, len(records), 40)]
        ascending([(miner, hashed) for miner, hashed, _, _, _ in shares])
        all_used([job for _, _, _, job, _ in shares], len(self.jobs))
        all_used([signature for _, _, _, _, signature in shares], len(self.signatures))
        for index, miner in enumerate(self.miners):
            own = {hashed: leaf(hashed, work) for m, hashed, work, _, _ in shares if m == index}
            need(trie(own) == (miner["root"], miner["work"], miner["count"]), "miner's row")


def draws(root, beacon, total):
    seed = tagged("orcapool/draws/1", root + beacon)
    return [int.from_bytes(H(seed + le(j, 4)), "little") % total for j in range(384)]


def verify_proof(data, package, beacon):
    """The places' offsets that are opened."""
    blocks = archive(data)
    need(blocks[0][0][:4] == CIDS["dag-cbor"], "proof's codec")
    head = fields(dag_cbor(blocks[0][1]), ("format", "claim", "beacon", "openings", "records"))
    need(is_int(head["format"]) == 1 and head["claim"] == package.root and head["beacon"] == beacon, "another proof")
    is_bytes(head["claim"], 32), is_bytes(head["beacon"], 32)
    links = is_links(head["openings"]) + is_links(head["records"])
    need(len(links) <= 8, "too many chunks")
    chunks = in_order(blocks[1:], links)
    openings = Reader(stream(chunks[:len(head["openings"])]))
    records = stream(chunks[len(head["openings"]):])
    opened, last = [], -1
    while openings.left():
        index = openings.uint(4)
        need(last < index < len(package.miners), "order of openings")
        last, miner = index, package.miners[index]
        pruned = Pruned(openings, False)
        need(pruned.node == (miner["root"], miner["work"], miner["count"]), "opening of another trie")
        before = sum(m["work"] for m in package.miners[:index])
        opened += [(before + offset, work, key, index) for offset, work, key in pruned.leaves()]
    need(len(records) == 40 * len(opened), "length of records")
    drawn = draws(package.root, beacon, package.claim["total"])
    under = [[i for i, (offset, work, _, _) in enumerate(opened) if offset <= r < offset + work] for r in drawn]
    need(all(len(hits) == 1 for hits in under), "a draw with no leaf under it")
    need({hits[0] for hits in under} == set(range(len(opened))), "a leaf no draw falls on")
    for i, (_, work, key, index) in enumerate(opened):
        need(package.share(records[40 * i:40 * i + 40])[:3] == (index, key, work), "record of another share")
    return [offset for offset, _, _, _ in opened]


def verify_membership(proof, root, miner_id, share_hash):
    """(miner's row or None, share's work or None)"""
    r = Reader(proof)
    claim = {name: r.take(size) if size == 32 else r.uint(size) for name, size in CLAIM_PARTS}
    need(claim["format"] == 1 and claim["tier"] in (0, 1) and claim_root(claim) == root, "another claim")
    top = Pruned(r, True)
    need(top.node == (claim["top"], claim["total"], claim["count"]), "upper trie")
    miner, work = top.find(miner_id), None
    if miner is not None and share_hash is not None:
        shares = Pruned(r, False)
        need(shares.node == (miner[2], miner[1], miner[0]), "miner's trie")
        work = shares.find(share_hash)
    r.end()
    return miner, work


# Submissions

BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def from_base(text, alphabet, size):
    bits = len(alphabet).bit_length() - 1
    need(all(c in alphabet for c in text), "letter outside the alphabet")
    value = 0
    for c in text:
        value = value << bits | alphabet.index(c)
    spare = len(text) * bits - size * 8
    need(0 <= spare < bits and value & (1 << spare) - 1 == 0, "length or spare bits")
    return (value >> spare).to_bytes(size, "big")


def submission(text):
    need(len(text.encode("utf-8")) <= 512, "too long")
    parts = text.split("|")
    need(parts[0] == "orc1" and len(parts) > 2, "name")

    def number(text, least, bits):
        need(text and all(c in "0123456789" for c in text) and (text == "0" or text[0] != "0"), "number")
        need(least <= int(text) < 1 << bits, "number out of range")
        return text

    def cid(text):
        need(len(text) == 59 and text[0] == "b", "CID")
        need(from_base(text[1:], BASE32, 36)[:4] == CIDS["dag-cbor"], "kind of CID")
        return text

    def proof(text):
        return None if text == "-" else cid(text)

    def hashed(text):
        need(len(text) == 43, "hash")
        return from_base(text, BASE64, 32).hex()

    def store(texts):
        need(len(texts) <= 1 and all(len(t) == 59 and t[0] == "b" and all(c in BASE32 for c in t[1:]) for t in texts), "store")
        return texts[0] if texts else None

    result = {"round": number(parts[1], 0, 64)}
    if parts[2] == "idle":
        need(len(parts) > 3, "fields")
        return dict(result, kind="idle", proofCid=proof(parts[3]), storeCid=store(parts[4:]))
    need(len(parts) > 10, "fields")
    return dict(result, kind="claim", root=hashed(parts[2]), work=number(parts[3], 1, 128), count=number(parts[4], 1, 64),
                miners=number(parts[5], 1, 32), tipHeight=number(parts[6], 0, 32), tipHash=hashed(parts[7]),
                packageCid=cid(parts[8]), proofCid=proof(parts[9]), stake=number(parts[10], 0, 64),
                storeCid=store(parts[11:]))


def names(text, package):
    """Checks 6, 7, 8 and 35, by the bytes: the submission names this package, its claim, and the tip of its templates."""
    said = submission(text)
    need(said["kind"] == "claim", "an idle submission")
    need(from_base(said["packageCid"][1:], BASE32, 36) == package.cid, "another package")
    need(bytes.fromhex(said["root"]) == package.root, "another root")
    need(all(int(said[name]) == package.claim[of] for name, of in (("work", "total"), ("count", "count"), ("miners", "miners"))),
         "other figures")
    highest = max(template["height"] for template in package.templates)
    need(int(said["tipHeight"]) == highest - 1, "another height")
    need(any(template["height"] == highest and template["prevhash"] == bytes.fromhex(said["tipHash"])
             for template in package.templates), "a tip that no template of that height stands on")


# Receipts

def receipt(data):
    r = Reader(data)
    need(r.take(18) == b"orcapool/receipt/1", "name")
    result = {"taskId": r.take(32).hex(), "nodeKey": r.take(32).hex(), "round": str(r.uint(8)), "minerId": r.take(32).hex(),
              "bits": r.uint(4), "shareHash": r.take(32).hex(), "signature": r.take(64).hex()}
    r.end()
    return result


# Ed25519 as the reference implementation verifies (RFC 8032, section 6, without a cofactor)

P = 2 ** 255 - 19
ORDER = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def plus(a, b):
    """Points in extended coordinates (X, Y, Z, T)."""
    A, B = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    C, E = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = B - A, E - C, E + C, B + A
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = plus(result, point)
        point, n = plus(point, point), n >> 1
    return result


def point_of(encoded):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    need(y < P, "no point")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need((x * x - square) % P == 0 and not (x == 0 and sign), "no point")
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def encoded_point(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return le(y | (x & 1) << 255, 32)


BASE = point_of(le(4 * pow(5, P - 2, P) % P, 32))


def is_signed_by(key, message, signature):
    R, S = signature[:32], int.from_bytes(signature[32:], "little")
    need(S < ORDER, "S is not below the order")
    k = int.from_bytes(hashlib.sha512(R + key + message).digest(), "little") % ORDER
    A = point_of(key)
    need(encoded_point(plus(times(S, BASE), times(k, (P - A[0], A[1], 1, P - A[3])))) == R, "not signed by that key")


def appointment(data):
    r = Reader(data)
    need(r.take(22) == b"orcapool/receipt-key/1", "name")
    result = {"taskId": r.take(32).hex(), "nodeKey": r.take(32).hex(), "receiptKey": r.take(32).hex(), "fromRound": str(r.uint(8)),
              "signature": r.take(64).hex()}
    r.end()
    is_signed_by(bytes.fromhex(result["nodeKey"]), data[:126], data[126:])
    return result


def held(data, text):
    """Whether the share of a receipt with its appointment, and a proof where there is a claim, is in what was submitted."""
    given, named, proof = receipt(data[:222]), appointment(data[222:412]), data[412:]
    need(all(given[name] == named[name] for name in ("taskId", "nodeKey")), "another node's appointment")
    need(int(named["fromRound"]) <= int(given["round"]), "appointed later")
    is_signed_by(bytes.fromhex(named["receiptKey"]), data[:158], data[158:222])
    said = submission(text)
    need(said["round"] == given["round"], "another round")
    if said["kind"] == "idle":
        need(proof == b"", "a proof of nothing")
        return False
    miner, share = bytes.fromhex(given["minerId"]), bytes.fromhex(given["shareHash"])
    work = verify_membership(proof, bytes.fromhex(said["root"]), miner, share)[1]
    claim = Reader(proof)
    claim.take(2)
    need([claim.take(32).hex(), claim.take(32).hex(), str(claim.uint(8))] == [given[n] for n in ("taskId", "nodeKey", "round")],
         "another node's claim")
    return work is not None


# Mutations

def resealed(blocks, index, block):
    """An archive with one block replaced and every link to what changed mended, from the last block to the first."""
    payloads = [b for _, b in blocks]
    payloads[index] = block
    cids = [cid for cid, _ in blocks]
    for i in range(len(payloads) - 1, -1, -1):
        new = cids[i][:4] + H(payloads[i])
        if new != cids[i]:
            payloads[:i] = [p.replace(cids[i], new) for p in payloads[:i]]
            cids[i] = new
    return seal(cids, payloads)


def seal(cids, payloads):
    out = bytes.fromhex("3aa265") + b"roots" + bytes.fromhex("81d82a582500") + cids[0] + b"\x67version\x01"
    for cid, payload in zip(cids, payloads):
        length = 36 + len(payload)
        while length >= 0x80:
            out += bytes([length & 0x7F | 0x80])
            length >>= 7
        out += bytes([length]) + cid + payload
    return out


def mutants(data, masks, sealed):
    """Each byte xor each mask, in order; sealed: in the blocks, with their hashes mended."""
    if not sealed:
        for at in range(len(data)):
            for mask in masks:
                yield data[:at] + bytes([data[at] ^ mask]) + data[at + 1:]
        return
    blocks = archive(data)
    for i, (_, block) in enumerate(blocks):
        for at in range(len(block)):
            for mask in masks:
                yield resealed(blocks, i, block[:at] + bytes([block[at] ^ mask]) + block[at + 1:])


def verdict(data, network):
    try:
        return Package(data, network).root.hex()
    except Refused:
        return None


def answer(request):
    unhex = lambda name: bytes.fromhex(request[name])
    op = request["op"]
    if op == "package":
        p = Package(unhex("package"), request["network"])
        return {"root": p.root.hex(), "cid": p.cid.hex(), "total": str(p.claim["total"]), "count": str(p.claim["count"]),
                "miners": [dict(m, id=m["id"].hex(), count=str(m["count"]), work=str(m["work"]), root=m["root"].hex())
                           for m in p.miners]}
    if op == "mutants":
        return [verdict(m, request["network"]) for m in mutants(unhex("package"), request["masks"], request["sealed"])]
    if op == "proof":
        package = Package(unhex("package"), request["network"])
        return [str(offset) for offset in verify_proof(unhex("proof"), package, unhex("beacon"))]
    if op == "membership":
        share = None if request["share"] is None else unhex("share")
        miner, work = verify_membership(unhex("proof"), unhex("root"), unhex("miner"), share)
        return {"miner": None if miner is None else [str(miner[0]), str(miner[1]), miner[2].hex()],
                "work": None if work is None else str(work)}
    if op == "trie":
        node = trie({bytes.fromhex(key): leaf(bytes.fromhex(key), int(work)) for key, work in request["leaves"]})
        return {"hash": node[0].hex(), "sum": str(node[1]), "count": str(node[2])}
    if op == "claim":
        return claim_root({n: unhex(n) if s == 32 else int(request[n]) for n, s in CLAIM_PARTS}).hex()
    if op == "draws":
        return [str(r) for r in draws(unhex("root"), unhex("beacon"), int(request["total"]))]
    if op == "submission":
        return submission(request["text"])
    if op == "names":
        names(request["text"], Package(unhex("package"), request["network"]))
        return True
    if op == "receipt":
        return receipt(unhex("receipt"))
    if op == "appointment":
        return appointment(unhex("appointment"))
    if op == "held":
        return {"kept": held(unhex("held"), request["submission"])}
    raise ValueError("no such request: " + op)


def main(arguments):
    if arguments[:1] == ["package"] and len(arguments) == 3:
        with open(arguments[1], "rb") as file:
            data = file.read()
        try:
            print(json.dumps(answer({"op": "package", "package": data.hex(), "network": arguments[2]}), indent=2))
            return 0
        except Refused as refused:
            print(json.dumps({"refused": str(refused)}))
            return 1
    if arguments != ["serve"]:
        print(__doc__, file=sys.stderr)
        return 2
    for line in sys.stdin:
        try:
            print(json.dumps({"answer": answer(json.loads(line))}), flush=True)
        except Refused as refused:
            print(json.dumps({"refused": str(refused)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
