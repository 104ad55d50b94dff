// JUnit and Checkstyle.
#include <catch2/catch.hpp>

#include "analyzer/report/sample_report.h"
#include "analyzer/report/xml.h"

namespace tiphys::report {
namespace {

TEST_CASE("junit") {
    const SampleReport sample = make_sample();
    CHECK("\n" + written(sample.report(), sample_options(), Format::kJunit) ==
          "\n"
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<testsuites name=\"tiphys\" tests=\"6\" failures=\"6\">\n"
          "  <testsuite name=\"ci/flow.yaml\" tests=\"2\" failures=\"2\">\n"
          "    <testcase name=\"tiphys.unknown-template\" classname=\"ci/flow.yaml\" file=\"ci/f"
          "low.yaml\" line=\"11\" column=\"33\">\n"
          "      <failure message=\"task `b` calls template `wrok`, which does not exist\" ty"
          "pe=\"error\">ci/flow.yaml:11:33: task `b` calls template `wrok`, which does not ex"
          "ist\n"
          "note: templates of this workflow: `main`, `work`\n"
          "help: did you mean `work`?</failure>\n"
          "    </testcase>\n"
          "    <testcase name=\"tiphys.container-without-limits\" classname=\"ci/flow.yaml\" fi"
          "le=\"ci/flow.yaml\" line=\"14\" column=\"9\">\n"
          "      <failure message=\"template `work` has no limits\" type=\"warning\">ci/flow.ya"
          "ml:14:9: template `work` has no limits</failure>\n"
          "    </testcase>\n"
          "  </testsuite>\n"
          "  <testsuite name=\"odd name%,:1.yaml\" tests=\"1\" failures=\"1\">\n"
          "    <testcase name=\"tiphys.odd-message\" classname=\"odd name%,:1.yaml\" file=\"odd "
          "name%,:1.yaml\" line=\"1\" column=\"12\">\n"
          "      <failure message=\"100% &lt;of&gt; a::b, &quot;c&quot; &amp; [d](e)&#10;sec"
          "ond line�[0m\" type=\"info\">odd name%,:1.yaml:1:12: 100% &lt;of&gt; a::b, \"c\" &amp"
          "; [d](e)\n"
          "second line�[0m</failure>\n"
          "    </testcase>\n"
          "  </testsuite>\n"
          "  <testsuite name=\"empty.yaml\" tests=\"1\" failures=\"1\">\n"
          "    <testcase name=\"tiphys.missing-kind\" classname=\"empty.yaml\" file=\"empty.yaml"
          "\" line=\"1\" column=\"1\">\n"
          "      <failure message=\"the file has no object\" type=\"error\">empty.yaml:1:1: the"
          " file has no object</failure>\n"
          "    </testcase>\n"
          "  </testsuite>\n"
          "  <testsuite name=\"crlf.yaml\" tests=\"1\" failures=\"1\">\n"
          "    <testcase name=\"tiphys.syntax\" classname=\"crlf.yaml\" file=\"crlf.yaml\" line=\""
          "4\" column=\"1\">\n"
          "      <failure message=\"expected a value, found the end of the file\" type=\"error"
          "\">crlf.yaml:4:1: expected a value, found the end of the file</failure>\n"
          "    </testcase>\n"
          "  </testsuite>\n"
          "  <testsuite name=\"tiphys\" tests=\"1\" failures=\"1\">\n"
          "    <testcase name=\"tiphys.no-input\" classname=\"tiphys\">\n"
          "      <failure message=\"nothing to read\" type=\"error\">nothing to read</failure>\n"
          "    </testcase>\n"
          "  </testsuite>\n"
          "</testsuites>\n");
}

TEST_CASE("junit: a clean run has a test that passes") {
    const SampleReport sample = make_sample();
    CHECK("\n" + written(sample.report_of("none"), sample_options(), Format::kJunit) == R"(
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="tiphys" tests="1" failures="0">
  <testsuite name="tiphys" tests="1" failures="0">
    <testcase name="no findings in 5 files" classname="tiphys"/>
  </testsuite>
</testsuites>
)");
}

TEST_CASE("checkstyle") {
    const SampleReport sample = make_sample();
    CHECK("\n" + written(sample.report(), sample_options(), Format::kCheckstyle) ==
          "\n"
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<checkstyle version=\"4.3\">\n"
          "  <file name=\"ci/flow.yaml\">\n"
          "    <error line=\"11\" column=\"33\" severity=\"error\" message=\"task `b` calls templa"
          "te `wrok`, which does not exist; did you mean `work`?\" source=\"tiphys.unknown-te"
          "mplate\"/>\n"
          "    <error line=\"14\" column=\"9\" severity=\"warning\" message=\"template `work` has "
          "no limits\" source=\"tiphys.container-without-limits\"/>\n"
          "  </file>\n"
          "  <file name=\"odd name%,:1.yaml\">\n"
          "    <error line=\"1\" column=\"12\" severity=\"info\" message=\"100% &lt;of&gt; a::b, &"
          "quot;c&quot; &amp; [d](e) second line�[0m\" source=\"tiphys.odd-message\"/>\n"
          "  </file>\n"
          "  <file name=\"empty.yaml\">\n"
          "    <error line=\"1\" column=\"1\" severity=\"error\" message=\"the file has no object\""
          " source=\"tiphys.missing-kind\"/>\n"
          "  </file>\n"
          "  <file name=\"crlf.yaml\">\n"
          "    <error line=\"4\" column=\"1\" severity=\"error\" message=\"expected a value, found"
          " the end of the file\" source=\"tiphys.syntax\"/>\n"
          "  </file>\n"
          "  <file name=\"\">\n"
          "    <error severity=\"error\" message=\"nothing to read\" source=\"tiphys.no-input\"/>"
          "\n"
          "  </file>\n"
          "</checkstyle>\n");
}

TEST_CASE("text that XML cannot hold is replaced") {
    CHECK(xml_attribute("<a b=\"c\">&'\t\r\n") == "&lt;a b=&quot;c&quot;&gt;&amp;'&#9;&#13;&#10;");
    CHECK(xml_content("<\"]]>\n\t\r") == "&lt;\"]]&gt;\n\t&#13;");
    CHECK(xml_content("\x01\x1b[0m\xef\xbf\xbf\xff") == "\uFFFD\uFFFD[0m\uFFFD\uFFFD");
    CHECK(xml_content("ü名\U0001F680\x7f") == "ü名\U0001F680\x7f");
}

} // namespace
} // namespace tiphys::report
