// Web
import HummingbirdTLS
