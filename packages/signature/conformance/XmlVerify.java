import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.Key;
import java.security.PublicKey;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.crypto.AlgorithmMethod;
import javax.xml.crypto.KeySelector;
import javax.xml.crypto.KeySelectorException;
import javax.xml.crypto.KeySelectorResult;
import javax.xml.crypto.XMLCryptoContext;
import javax.xml.crypto.XMLStructure;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.crypto.dsig.keyinfo.KeyInfo;
import javax.xml.crypto.dsig.keyinfo.X509Data;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Second opinion on a signed record by the JDK's own XMLDSig and PKIX, which share no code with the project.
 *
 *   java XmlVerify.java ROOT.pem FILE.xml [REPEAT]
 *   java XmlVerify.java -
 *
 * Prints a line for each Signature: its Id, VALID or INVALID, and why. Exits 0 only if there is at least one and
 * all are valid, 1 otherwise, 64 on wrong usage. Secure validation is on; a DTD is refused; the value is checked
 * with the leaf certificate of KeyInfo, whose PKIX path must lead to ROOT.pem at the SigningTime. With REPEAT it then reads
 * the file and validates its signatures, without paths, that often to warm up and as often again, and prints the second
 * half's CPU time: "cpu-us N" microseconds a time.
 *
 * With "-" it takes many, one after the other: each line of standard input names ROOT.pem and FILE.xml with a tab in between,
 * and is answered by the same lines and then "exit N" with the code that the file alone would have ended with.
 */
public final class XmlVerify {
  public static void main(String[] args) throws Exception {
    if (args.length == 1 && args[0].equals("-")) {
      verifyMany();
      return;
    }
    if (args.length != 2 && args.length != 3) {
      System.err.println("usage: java XmlVerify.java ROOT.pem FILE.xml [REPEAT], or -");
      System.exit(64);
    }
    boolean all = verifyFile(args[0], args[1]);
    if (args.length == 3) System.out.println("cpu-us " + warmCost(new File(args[1]), Integer.parseInt(args[2])));
    System.exit(all ? 0 : 1);
  }

  private static void verifyMany() throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] names = line.split("\t", -1);
      boolean all = false;
      try {
        if (names.length != 2) throw new IllegalArgumentException("not two names");
        all = verifyFile(names[0], names[1]);
      } catch (Exception e) {
        System.err.println(e);
      }
      System.out.println("exit " + (all ? 0 : 1));
    }
  }

  /** Prints what it says of each signature. @return whether there is at least one and all are valid */
  private static boolean verifyFile(String rootFile, String file) throws Exception {
    Set<TrustAnchor> roots = new HashSet<>();
    try (InputStream in = new FileInputStream(rootFile)) {
      for (var root : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        roots.add(new TrustAnchor((X509Certificate) root, null));
      }
    }
    Document document;
    try (InputStream in = new FileInputStream(file)) {
      document = parse(in);
    }
    NodeList signatures = document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature");
    boolean all = signatures.getLength() > 0;
    for (int i = 0; i < signatures.getLength(); i++) {
      Element element = (Element) signatures.item(i);
      String problem;
      try {
        problem = verify(document, element, roots);
      } catch (Exception e) {
        problem = e.getMessage();
      }
      all &= problem == null;
      String id = element.getAttribute("Id");
      System.out.println((id + (problem == null ? " VALID" : " INVALID " + problem)).replaceAll("\\R", " "));
    }
    if (signatures.getLength() == 0) System.out.println("no signature");
    return all;
  }

  private static double warmCost(File file, int repeat) throws Exception {
    byte[] bytes = Files.readAllBytes(file.toPath());
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long from = 0;
    for (int n = 0; n < 2 * repeat; n++) {
      if (n == repeat) from = threads.getCurrentThreadCpuTime();
      Document document = parse(new ByteArrayInputStream(bytes));
      NodeList signatures = document.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature");
      for (int i = 0; i < signatures.getLength(); i++) {
        String problem = validate(document, (Element) signatures.item(i), new LeafSelector());
        if (problem != null) throw new IllegalStateException(problem);
      }
    }
    return (threads.getCurrentThreadCpuTime() - from) / 1_000.0 / repeat;
  }

  private static Document parse(InputStream in) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(in);
  }

  /** Null if the signature holds, otherwise what is wrong. */
  private static String verify(Document document, Element element, Set<TrustAnchor> roots) throws Exception {
    LeafSelector selector = new LeafSelector();
    String problem = validate(document, element, selector);
    if (problem == null) validatePath(selector.chain, roots, signingTime(element));
    return problem;
  }

  /** Value and references alone; null if they hold. */
  private static String validate(Document document, Element element, LeafSelector selector) throws Exception {
    DOMValidateContext context = new DOMValidateContext(selector, element);
    context.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.TRUE);
    markIds(document, context);
    XMLSignature signature = XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context);
    if (!signature.validate(context)) {
      if (!signature.getSignatureValue().validate(context)) return "value";
      for (Object reference : signature.getSignedInfo().getReferences()) {
        Reference r = (Reference) reference;
        if (!r.validate(context)) return "reference " + r.getURI();
      }
      return "not valid";
    }
    return null;
  }

  /** Without a schema the parser does not know that Id is an ID; one given twice is refused. */
  private static void markIds(Document document, DOMValidateContext context) {
    Set<String> seen = new HashSet<>();
    NodeList elements = document.getElementsByTagName("*");
    for (int i = 0; i < elements.getLength(); i++) {
      Element element = (Element) elements.item(i);
      if (!element.hasAttributeNS(null, "Id")) continue;
      if (!seen.add(element.getAttributeNS(null, "Id"))) throw new IllegalStateException("Id given twice");
      context.setIdAttributeNS(element, null, "Id");
    }
  }

  private static Date signingTime(Element signature) {
    NodeList times = signature.getElementsByTagNameNS("http://uri.etsi.org/01903/v1.3.2#", "SigningTime");
    if (times.getLength() != 1) throw new IllegalStateException("no single SigningTime");
    return Date.from(OffsetDateTime.parse(times.item(0).getTextContent()).toInstant());
  }

  private static void validatePath(List<X509Certificate> chain, Set<TrustAnchor> roots, Date at) throws Exception {
    PKIXParameters parameters = new PKIXParameters(roots);
    parameters.setRevocationEnabled(false);
    parameters.setDate(at);
    CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(chain);
    CertPathValidator.getInstance("PKIX").validate(path, parameters);
  }

  /** Takes the first certificate of KeyInfo as the signer's, and keeps all of them for the path. */
  private static final class LeafSelector extends KeySelector {
    final List<X509Certificate> chain = new ArrayList<>();

    @Override
    public KeySelectorResult select(KeyInfo info, Purpose purpose, AlgorithmMethod method, XMLCryptoContext context)
        throws KeySelectorException {
      chain.clear();
      if (info == null) throw new KeySelectorException("no KeyInfo");
      for (XMLStructure structure : info.getContent()) {
        if (!(structure instanceof X509Data)) continue;
        for (Object part : ((X509Data) structure).getContent()) {
          if (part instanceof X509Certificate) chain.add((X509Certificate) part);
        }
      }
      if (chain.isEmpty()) throw new KeySelectorException("no certificate");
      PublicKey key = chain.get(0).getPublicKey();
      return new KeySelectorResult() {
        @Override
        public Key getKey() {
          return key;
        }
      };
    }
  }
}
