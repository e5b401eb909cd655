"""pysnmp's security services by our names: the independent judge of keys, HMAC and ciphers."""

from typing import Any, Final

from pysnmp.entity import config
from pysnmp.proto.secmod.eso.priv import aes192, aes256, des3
from pysnmp.proto.secmod.rfc3414.auth import hmacmd5, hmacsha
from pysnmp.proto.secmod.rfc3414.priv import des
from pysnmp.proto.secmod.rfc3826.priv import aes
from pysnmp.proto.secmod.rfc7860.auth import hmacsha2

from protocols.snmp.credentials import AuthProtocol, PrivProtocol

AUTH_IDS: Final[dict[AuthProtocol | None, Any]] = {
    None: config.USM_AUTH_NONE,
    AuthProtocol.MD5: config.USM_AUTH_HMAC96_MD5,
    AuthProtocol.SHA1: config.USM_AUTH_HMAC96_SHA,
    AuthProtocol.SHA224: config.USM_AUTH_HMAC128_SHA224,
    AuthProtocol.SHA256: config.USM_AUTH_HMAC192_SHA256,
    AuthProtocol.SHA384: config.USM_AUTH_HMAC256_SHA384,
    AuthProtocol.SHA512: config.USM_AUTH_HMAC384_SHA512,
}

AUTH_MODULES: Final[dict[AuthProtocol, Any]] = {
    AuthProtocol.MD5: hmacmd5.HmacMd5(),
    AuthProtocol.SHA1: hmacsha.HmacSha(),
    **{
        protocol: hmacsha2.HmacSha2(AUTH_IDS[protocol])
        for protocol in AuthProtocol
        if protocol not in {AuthProtocol.MD5, AuthProtocol.SHA1}
    },
}

PRIV_MODULES: Final[dict[PrivProtocol, Any]] = {
    PrivProtocol.DES: des.Des(),
    PrivProtocol.DES3: des3.Des3(),
    PrivProtocol.AES128: aes.Aes(),
    PrivProtocol.AES192: aes192.AesBlumenthal192(),
    PrivProtocol.AES256: aes256.AesBlumenthal256(),
    PrivProtocol.AES192C: aes192.Aes192(),
    PrivProtocol.AES256C: aes256.Aes256(),
}

PRIV_IDS: Final[dict[PrivProtocol | None, Any]] = {
    None: config.USM_PRIV_NONE,
    PrivProtocol.DES: config.USM_PRIV_CBC56_DES,
    PrivProtocol.DES3: config.USM_PRIV_CBC168_3DES,
    PrivProtocol.AES128: config.USM_PRIV_CFB128_AES,
    PrivProtocol.AES192: config.USM_PRIV_CFB192_AES_BLUMENTHAL,
    PrivProtocol.AES256: config.USM_PRIV_CFB256_AES_BLUMENTHAL,
    PrivProtocol.AES192C: config.USM_PRIV_CFB192_AES,
    PrivProtocol.AES256C: config.USM_PRIV_CFB256_AES,
}
