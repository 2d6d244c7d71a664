"""Signs PDF files as a town hall's tool would: an incremental update with a certificate made for the test."""

from __future__ import annotations

import datetime as dt
import functools
import io

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.timestamps import DummyTimeStamper

PASSWORD = b"essai"
SIGNER = "Anne Le Guen"


@functools.cache
def key_pair(name: str) -> tuple[bytes, bytes]:
    """A PKCS#12 of a self-signed certificate, and the certificate in PEM: both its own authority."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Commune de Valmont"),
        ]
    )
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only", "decipher_only"), False
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, key_cert_sign=True, **usage), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    bundle = serialization.pkcs12.serialize_key_and_certificates(
        b"essai", key, made, None, serialization.BestAvailableEncryption(PASSWORD)
    )
    return bundle, made.public_bytes(serialization.Encoding.PEM)


def signed(
    content: bytes,
    name: str = SIGNER,
    *,
    field: str = "Signature1",
    box: tuple[int, int, int, int] | None = None,
    certify: bool = False,
    stamped: bool = False,
) -> bytes:
    """`content` continued by an electronic signature of `name`, shown in `box` of page 1 if given."""
    signer = signers.SimpleSigner.load_pkcs12_data(key_pair(name)[0], other_certs=[], passphrase=PASSWORD)
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    made: io.BytesIO = signers.sign_pdf(
        writer,
        signers.PdfSignatureMetadata(field_name=field, certify=certify, md_algorithm="sha256"),
        signer=signer,
        new_field_spec=SigFieldSpec(field, box=box) if box else None,
        timestamper=DummyTimeStamper(signer.signing_cert, signer.signing_key) if stamped else None,
    )
    return made.getvalue()


def scanned(shade: int = 200, *, pages: int = 20) -> bytes:
    """A PDF of one picture a page, as a scanner makes it; as long as any issue of these tests unless told."""
    out = io.BytesIO()
    sheet = Image.new("L", (30, 42), shade)
    sheet.save(out, "PDF", save_all=True, append_images=[sheet] * (pages - 1))
    return out.getvalue()


def annotated(content: bytes) -> bytes:
    """`content` continued by an update that signs nothing."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    writer.root["/PageMode"] = generic.pdf_name("/UseOutlines")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
