"""FID and KID of torch-fidelity, pytorch-fid, clean-fid and torchmetrics on features made by formula: values and seconds,
as JSON. The computation is the goldens' own, packages/metrics/test/goldens/distribution_goldens.py, which says what it needs.

  python fid_peers.py 300 3000 > peers.json
"""
import json, os, sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', '..', 'packages', 'metrics', 'test', 'goldens'))
import distribution_goldens as goldens

json.dump([goldens.distances(int(rows), 2048) for rows in sys.argv[1:]], sys.stdout)
